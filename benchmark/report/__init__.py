"""Records of scores, and the tables made from them."""
