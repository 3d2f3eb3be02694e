"""Forms and the configurations that they describe."""
