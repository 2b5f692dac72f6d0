"""Where candidates come from. A source is a plug-in of the entry-point group ``refvps.sources``."""
