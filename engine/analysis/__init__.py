"""Analysis of runs as texts, plain data and figures, for a dashboard or a notebook.

`charts` holds the plain data of each chart, `figures` draws it with Plotly, `comparison`
compares runs and sub-networks. Nothing here depends on a page.
"""
