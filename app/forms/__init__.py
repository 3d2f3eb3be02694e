"""The New search form, its mapping to a configuration, and the import of results."""
