"""The Runs page: rows, filters and order, what can be done with runs, and the trash."""
