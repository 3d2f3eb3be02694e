"""Baselines of a search: uniform scaling of the supernet, and the original network."""
