"""Inter-annotator agreement: from pairs of labels to a report that can be defended."""
