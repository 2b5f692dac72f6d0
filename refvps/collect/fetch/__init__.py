"""Downloading, one address at a time, with yt-dlp in a process of its own."""
