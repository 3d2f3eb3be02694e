"""The script that Streamlit runs for every page; `python -m app` starts the server around it."""

# A spawned process may import this file under another name: the guard keeps the dashboard, and
# Streamlit with it, out of there.
if __name__ == "__main__":
    from app.shell import render

    render()
