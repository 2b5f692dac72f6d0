"""What a method in a worker needs on this machine, level by level."""
