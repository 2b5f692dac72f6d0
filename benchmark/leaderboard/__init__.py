"""A static site of records: who does best on what, with the masks to look at."""
