"""Runs and sub-networks side by side: fronts, hypervolume, evaluations needed, settings, genes."""
