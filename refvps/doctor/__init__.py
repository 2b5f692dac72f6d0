"""What is present on this machine for a method, what is missing, and the command that gets it."""
