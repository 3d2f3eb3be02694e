"""The documentation site: served by the dashboard at `/docs`, and the links of pages to it."""
