"""The script that Streamlit runs for every page; `python -m app` starts the server around it."""

# A spawned process may import this file under another name; without the guard it would import the
# dashboard and Streamlit.
if __name__ == "__main__":
    from app.page_frame import render

    render()
