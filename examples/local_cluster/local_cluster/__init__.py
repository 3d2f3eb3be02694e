"""Processes of this machine as a cluster: the smallest kind of cluster that a package can add."""
