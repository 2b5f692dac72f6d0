"""SAM 2 behind the protocol of segmenters, over two implementations of its network."""
