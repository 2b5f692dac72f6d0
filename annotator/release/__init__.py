"""Projects and releases: one becomes the other, byte for byte."""
