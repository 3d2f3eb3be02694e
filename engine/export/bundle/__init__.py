"""Bundles: a folder with the network of a sub-network in files that other programs load."""
