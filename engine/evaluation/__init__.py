"""A sub-network in, a measured record out."""
