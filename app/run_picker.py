"""The run of a page: its select box, and panels for missing, damaged and empty runs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import streamlit as st

from app import navigation
from app.display_names import distinct_labels, name_markdown
from app.documentation.links import documentation_url
from app.formatting import choice_width, escape_markdown
from app.run_header import shown_state, state_html
from app.run_list import actions
from app.run_list.damaged_runs import damaged_panel
from app.session import LIVE_STATES, current_run, remember_run, service
from engine.errors import DynasError, LogError
from engine.runs.run_index import UnreadableRun
from engine.runs.run_summary import RunSummary

MAX_NAME_LENGTH = 60
"""Characters of a name in the URL that a message repeats."""

_MIN_WIDTH, _MAX_WIDTH = 320, 460  # pixels of the list of runs


def run_to_show(
    page: str, title: str, no_run_text: str, summaries: Sequence[RunSummary]
) -> str | None:
    """The run that the page shows; None after drawing why there is none, and the next step.

    A run that the URL names and that does not exist is never replaced by another.
    """
    run = current_run(summaries)
    if run is not None and any(summary.id == run for summary in summaries):
        remember_run(run)
        return run
    st.title(title, anchor=False)
    with st.container(border=True, key=f"{page}_empty"):
        if run is None:
            guide = f"[A first search, step by step]({documentation_url('first search')})"
            st.markdown(f"**No run yet.** {no_run_text} {guide}")
            _new_search_button(page)
        elif (damaged_run := _damaged_run(run)) is not None:
            damaged_panel(damaged_run, page)
        else:
            _missing_run_panel(page, run)
    return None


def _damaged_run(run: str) -> UnreadableRun | None:
    return service().damaged.find(run) if service().exists(run) else None


@contextmanager
def show_run_errors(page: str, run: str) -> Iterator[None]:
    """Show errors of the block as messages; the page continues after it.

    For a damaged log, the panel with the reason and the Repair button is drawn. The list of runs
    may not know the damage yet, since it does not read every record.
    """
    try:
        yield
    except LogError as error:
        damaged_run = _damaged_run(run)
        if damaged_run is None:
            st.error(escape_markdown(str(error)), icon=":material/error:")
            return
        with st.container(border=True, key=f"{page}_empty"):
            damaged_panel(damaged_run, page)
    except DynasError as error:
        st.error(escape_markdown(str(error)), icon=":material/error:")


def rerun_if_deleted(run: str) -> None:
    """Redraw the page if the run has been deleted meanwhile: the page then says so."""
    if not service().exists(run):
        st.rerun()


def _new_search_button(page: str) -> None:
    if st.button("New search", key=f"{page}_new", type="primary", icon=":material/add_circle:"):
        navigation.open_new_search()


def _missing_run_panel(page: str, run: str) -> None:
    if any(entry.run_id == run for entry in service().trash.entries()):
        st.markdown("**This run was deleted.** It is in the trash and can be restored.")
        st.button(
            "Restore",
            key=f"{page}_restore",
            type="primary",
            icon=":material/restore_from_trash:",
            on_click=actions.restore,
            args=([run],),
        )
        return
    st.markdown(
        f"**The run '{name_markdown(run, MAX_NAME_LENGTH)}' is not here.** It may have been "
        "removed, or belong to another data folder."
    )
    if st.button("All runs", key=f"{page}_runs", type="primary", icon=":material/list_alt:"):
        navigation.open_runs()


def run_picker(
    page: str, summaries: Mapping[str, RunSummary], run: str, on_change: Callable[[], None]
) -> None:
    """Draw the select box of runs and the state of the current one.

    A new choice is written into the URL; `on_change` then removes the state of the previous run.
    """
    key = f"{page}_run_{run}"

    def change() -> None:
        selected_run = st.session_state[key]
        st.session_state["current_run"] = selected_run
        st.query_params["run"] = selected_run
        on_change()

    labels = distinct_labels({other: summary.name for other, summary in summaries.items()})
    st.selectbox(
        "Run",
        list(summaries),
        index=list(summaries).index(run),
        format_func=lambda other: labels.get(other, other),
        key=key,
        on_change=change,
        label_visibility="collapsed",
        width=min(choice_width([labels[run]], _MIN_WIDTH), _MAX_WIDTH),
    )
    st.html(state_html(shown_state(summaries[run])), width="content")


def no_measurements_text(state: str) -> str:
    """The message for a run in `state` without measurements."""
    if state in LIVE_STATES:
        return "**Nothing measured yet.** The first sub-networks appear on the Run page."
    return (
        "**This run has measured nothing.** The Run page says how it ended, and what can be done."
    )


def empty_run_panel(page: str, text: str, run: str) -> None:
    """Draw a panel with a message about a run that cannot be shown, and a link to the Run page."""
    with st.container(border=True, key=f"{page}_empty"):
        st.markdown(text)
        if st.button("Open the run", key=f"{page}_open_live", type="primary"):
            navigation.open_live(run)
