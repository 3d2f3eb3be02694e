"""Figures of runs. `plots` has the public functions, one for each chart of the dashboard.

A `..._figure` makes plain data of an info: traces and a layout that name colours by meaning. A page
sends it to the browser as it is, which fills in points and colours; `plots` does both here.
"""
