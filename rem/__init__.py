"""Top floor: REM, text-to-video diffusion turned into a segmenter."""
