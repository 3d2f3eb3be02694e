"""Bundles as downloads: archives that are made in the background, and their buttons."""
