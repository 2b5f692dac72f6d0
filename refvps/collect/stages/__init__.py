"""The stages between a fetched video and a clip: thin layers between files and the store."""
