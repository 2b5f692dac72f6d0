"""What a new version of a release changes in scores."""
