"""Real concurrency, real connections: how often the business keeps its word when everybody asks at once."""
