"""The collection store: an SQLite file that says where every candidate is, and why."""
