"""Side-by-side pictures and videos of frames, truth and the masks of methods."""
