"""Clips and masks into a project, and masks out of it."""
