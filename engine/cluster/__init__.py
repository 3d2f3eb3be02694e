"""Machines beside this one that measure sub-networks, found by an address."""
