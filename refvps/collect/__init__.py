"""Finding and curating clips: from a taxonomy of dynamic processes to frames at 24 a second."""
