"""The parts of the Explore page; filter, selection and table serve other pages of a run, too."""
