"""Rules: the order in which a benchmark averages, one a module."""
