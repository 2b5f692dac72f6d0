"""``refvps segment``: one video, some sentences, any method; out come an overlay and masks."""
