"""Masks that methods predicted: our store, and other people's layouts read in place."""
