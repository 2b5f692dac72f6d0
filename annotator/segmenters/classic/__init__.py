"""A segmenter without weights: a random walk over superpixels, carried by optical flow."""
