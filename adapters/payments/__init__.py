"""The gateways that move money."""
