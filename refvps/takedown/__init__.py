"""Taking a clip out of everything that holds a trace of it, and looking whether any is left."""
