"""The parts of the page Supernets & data."""
