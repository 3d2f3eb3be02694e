"""Builds the documentation site from `docs/`, docstrings, the configuration and the commands.

`python -m docs_site` stages a project of the site generator in a temporary folder, builds it
strictly and puts the result where the dashboard serves it. Nothing is read from the internet.
"""
