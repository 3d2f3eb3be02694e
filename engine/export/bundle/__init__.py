"""Bundles: folders with a sub-network in formats that other programs load."""
