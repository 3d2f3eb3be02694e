"""A results CSV that another search wrote, turned into evaluations that a run can know."""
