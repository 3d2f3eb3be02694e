"""Import of a results CSV of another search as evaluations of a run."""
