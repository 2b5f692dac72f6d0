"""Data sets, one a module; each module's ``load`` is an entry point."""
