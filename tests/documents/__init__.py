"""Everything that the documentation shows is read out of its pages and tried."""
