"""Predicting what is missing and scoring what is there, clip by clip."""
