"""Agreement of the people of a project, or of two folders of masks."""
