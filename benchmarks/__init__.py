"""Scripts that measure what the documentation claims; each prints its result and writes a JSON."""
