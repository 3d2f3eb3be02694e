"""The Compare page: selection of runs, fronts, hypervolume, efficiency, configurations."""
