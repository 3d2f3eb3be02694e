"""Measures sub-networks in worker processes and defines the record of an evaluation."""
