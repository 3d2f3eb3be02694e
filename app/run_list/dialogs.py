"""Dialogs of the Runs page: rename, tags with a note, latencies."""

import streamlit as st

from app.display_names import name_markdown
from app.name_field import entered_name
from app.run_list.import_latencies import import_latencies, open_dialog
from app.session import service, show_errors
from engine.runs.run_labels import MAX_TAG_LENGTH

_OPEN = "runs_dialog"


def request(dialog: str, run: str) -> None:
    """Open a dialog, `rename`, `labels` or `latencies`, when the page is drawn next."""
    st.session_state[_OPEN] = (dialog, run)


def is_requested() -> bool:
    """Whether a dialog was requested."""
    return _OPEN in st.session_state


def open_requested() -> None:
    """Open the requested dialog; call it outside the fragment that refreshes itself."""
    requested = st.session_state.pop(_OPEN, None)
    if requested is not None:
        dialog, run = requested
        {"rename": _rename, "labels": _labels, "latencies": import_latencies}[dialog](run)
    open_dialog()


@st.dialog("Rename run")
def _rename(run: str) -> None:
    with show_errors():
        current_name = service().history(run).name
        name = st.text_input("Name", value=current_name, key=f"runs_new_name_{run}")
        if st.button("Rename", key="runs_rename_apply", type="primary"):
            service().rename(run, entered_name(name))
            st.rerun()


@st.dialog("Tags and note")
def _labels(run: str) -> None:
    with show_errors():
        st.caption(name_markdown(service().history(run).name))
        labels = service().labels(run)
        all_tags = {tag for s in service().list() for tag in service().labels(s.id).tags}
        tags = st.multiselect(
            "Tags",
            sorted(all_tags | set(labels.tags)),
            default=list(labels.tags),
            key=f"runs_tags_{run}",
            accept_new_options=True,
            placeholder="Type a tag and press Enter",
            help=f"At most {MAX_TAG_LENGTH} characters each. The Runs page filters by tag.",
        )
        note = st.text_area(
            "Note",
            value=labels.note,
            key=f"runs_note_{run}",
            height=160,
            placeholder="Markdown: why this run, what came of it",
        )
        if st.button("Save", key="runs_labels_apply", type="primary"):
            service().label(run, tags=tags, note=note or "")
            st.rerun()
