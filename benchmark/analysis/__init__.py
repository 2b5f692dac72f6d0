"""What the paper asks of scores beyond one mean: analyses from records, and from truth."""
