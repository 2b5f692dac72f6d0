"""What turns clicks into masks and carries masks through a clip."""
