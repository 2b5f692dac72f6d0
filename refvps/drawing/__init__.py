"""What pictures are drawn with: fonts, letters, lines that fit, plots."""
