"""Predictors: regression models of a metric over the genes of sub-networks."""
