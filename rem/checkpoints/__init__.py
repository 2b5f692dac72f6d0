"""Weights in every form they come in: found, read, matched, written, identified."""
