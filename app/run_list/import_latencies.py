"""The dialog that gives a run latencies which were measured on another machine."""

import streamlit as st

from app.display_names import name_markdown
from app.formatting import escape_markdown
from app.name_field import entered_name
from app.session import service, show_errors
from engine.count_text import count_text
from engine.errors import DynasError
from engine.meters.latency_file import MAX_MB
from engine.runs.imported_latencies import read_latencies

_OPEN = "latencies_open"
_MAX_NAME = 40  # characters


def import_latencies(run: str) -> None:
    """Open the dialog for a run; it stays open when the page is drawn again."""
    st.session_state[_OPEN] = run


def open_dialog() -> None:
    """Draw the dialog if it is open; call it outside the fragment that refreshes itself."""
    run = st.session_state.get(_OPEN)
    if run is not None:
        _dialog(run)


def _close() -> None:
    st.session_state.pop(_OPEN, None)


@st.dialog("Import latencies", width="medium", on_dismiss=_close)
def _dialog(run: str) -> None:
    """Draw the form: the file, a name for the machine, what became of the rows, a button."""
    with show_errors():
        history = service().history(run)
        st.caption(
            f"For the sub-networks of **{name_markdown(history.name)}**. `dynas-studio measure "
            "BUNDLE --out FILE.csv`, or `measure.py` in a bundle, writes the file on the machine "
            "where the networks will run."
        )
        upload = st.file_uploader(
            "Latencies", type=["csv"], key=f"latencies_file_{run}", max_upload_size=MAX_MB
        )
        machine = st.text_input(
            "Name of the machine",
            key=f"latencies_machine_{run}",
            placeholder="The host in the file",
            help="Part of the metric's name in tables, filters and exports.",
        )
        if upload is None:
            return
        try:
            read = read_latencies(
                upload.getvalue(), upload.name, history, entered_name(machine, _MAX_NAME)
            )
        except DynasError as error:
            st.error(escape_markdown(str(error)), icon=":material/error:")
            return
        with st.container(key="latencies_report", gap="small"):
            for sentence in read.sentences:
                st.caption(escape_markdown(sentence))
        count = len({latency.evaluation for latency in read.latencies})
        if st.button(
            f"Import for {count_text(count, 'sub-network')}",
            key="latencies_apply",
            type="primary",
            disabled=not count,
        ):
            service().import_latencies(run, read)
            _close()
            st.rerun()
