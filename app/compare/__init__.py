"""The Compare page: what is compared, fronts, hypervolume, evaluations needed, configurations."""
