"""Comparison of runs and sub-networks: fronts, hypervolume, evaluations needed, settings, genes."""
