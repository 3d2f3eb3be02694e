"""A sub-network on a processor, fast: few passes over memory, and none that leaves the cache."""
