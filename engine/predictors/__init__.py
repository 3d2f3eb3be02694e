"""Learn a metric of a sub-network from measured ones."""
