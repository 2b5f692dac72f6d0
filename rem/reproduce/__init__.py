"""From a row of the paper to the commands that would give it."""
