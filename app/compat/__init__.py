"""What the dashboard uses of Streamlit and Plotly although it is no public interface of theirs.

Each library has files with its name, and a test with its name below `tests/app/compat`, which fails
when an update of the library has changed what is relied on; what only a browser can tell is in
`tests/browser/test_compat.py`. Nothing else touches such parts.
"""
