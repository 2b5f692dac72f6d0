"""What looks at every frame of a video and says where its shot may change."""
