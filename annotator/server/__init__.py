"""The web server of the annotator."""
