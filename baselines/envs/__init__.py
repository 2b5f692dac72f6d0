"""Environments that official methods run in: locked, and built on request."""
