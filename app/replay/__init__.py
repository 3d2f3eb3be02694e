"""A slider through a run's evaluations that the charts of a page follow."""
