"""Access tokens: the one place that knows what a JWT is."""
