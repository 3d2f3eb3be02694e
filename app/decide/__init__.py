"""The parts of the Decide page, and the shortlist button of other pages."""
