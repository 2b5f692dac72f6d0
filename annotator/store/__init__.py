"""What a person did to a clip, on disk: nothing acknowledged is lost, nothing is torn."""
