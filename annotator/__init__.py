"""Top floor: the browser annotator."""
