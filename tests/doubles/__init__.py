"""Payment providers on loopback: each speaks its provider's documented wire format, and fails on demand."""
