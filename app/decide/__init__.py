"""The parts of the Decide page; the shortlist button serves other pages of a run, too."""
