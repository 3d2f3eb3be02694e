"""How long searches take: what logs tell of it, estimates for searches to come, and their ends.

Pages, the command line and the Python API have their estimates from here.
"""
