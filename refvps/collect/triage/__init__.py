"""The page on which people decide what becomes of each candidate."""
