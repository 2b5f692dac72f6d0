"""Processes: each simulates one thing, paints it, and says which pixels it is."""
