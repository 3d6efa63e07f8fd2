"""Money in trouble, at every provider and by every way it can be told."""
