"""Videos: read frame by frame with their exact times, and written as H.264 with sound."""
