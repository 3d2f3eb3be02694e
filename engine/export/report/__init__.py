"""The report: one HTML file of a run, which opens without a server."""
