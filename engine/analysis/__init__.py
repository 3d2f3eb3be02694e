"""What can be said and drawn of runs, for a dashboard as for a notebook.

`charts` holds what each chart shows as plain data, `figures` draws that with Plotly, `comparison`
sets runs and sub-networks side by side. Nothing here knows of a page.
"""
