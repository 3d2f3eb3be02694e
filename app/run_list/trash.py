"""The list of deleted runs, each with a Restore button."""

import time
from functools import lru_cache

import streamlit as st

from app.display_names import name_markdown
from app.formatting import age
from app.run_list import actions
from app.session import service
from engine.runs.trash import RETENTION_DAYS, DeletedRun

_name = lru_cache(maxsize=1000)(DeletedRun.name)


def render() -> None:
    """Draw the list."""
    entries = service().trash.entries()
    if not entries:
        with st.container(border=True, key="runs_trash_empty"):
            st.markdown(
                "**The trash is empty.** A run that you delete waits here for "
                f"{RETENTION_DAYS} days, and can be restored."
            )
        return
    st.caption(f"Kept for {RETENTION_DAYS} days, then removed when the server starts next.")
    now = time.time()
    for entry in entries:
        with st.container(
            border=True,
            horizontal=True,
            vertical_alignment="center",
            key=f"runs_trashed_{entry.run_id}",
        ):
            st.markdown(f"**{name_markdown(_name(entry))}**")
            st.caption(f"deleted {age(now - entry.deleted)}")
            st.button(
                "Restore",
                key=f"runs_restore_{entry.run_id}",
                icon=":material/restore_from_trash:",
                on_click=actions.restore,
                args=([entry.run_id],),
            )
