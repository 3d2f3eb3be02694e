"""Figures of runs. `plots` has the public functions, one for each chart of the dashboard.

A `..._figure` converts an info to plain data: traces and a layout that name colours by meaning. A
page sends it to the browser, which fills in points and colours; `plots` does both here.
"""
