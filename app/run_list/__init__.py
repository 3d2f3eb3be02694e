"""The Runs page: rows, filters and order, actions on runs, and the trash."""
