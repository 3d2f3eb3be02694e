"""The parts of the page Make a network elastic."""
