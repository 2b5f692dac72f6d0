"""Stored masks packed for the servers that keep the truth."""
