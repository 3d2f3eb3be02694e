"""A language model of characters with elastic layers, heads and hidden units."""
