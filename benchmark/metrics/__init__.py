"""Metrics, one a module; pure functions on masks."""
