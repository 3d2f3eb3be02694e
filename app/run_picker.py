"""What pages that look at one run share: choosing it, and what to do where there is none."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import streamlit as st

from app import navigation
from app.formatting import choice_width, plain
from app.names import distinct, named
from app.run_header import state_html
from app.run_list import actions
from app.run_list.damaged import damaged_panel
from app.session import LIVE_STATES, chosen_run, remember_run, service
from engine.errors import DynasError, LogError
from engine.runs.run_index import UnreadableRun
from engine.runs.run_summary import RunSummary

LONGEST_NAMED = 60
"""Characters of an address that are repeated to the visitor."""

_NARROWEST, _WIDEST = 320, 460  # pixels of the list of runs


def run_to_show(
    page: str, title: str, no_run_yet: str, summaries: Sequence[RunSummary]
) -> str | None:
    """The run that the page is about. None after drawing why there is none, and the next step.

    A run that the address names and that is not there is never replaced by another.
    """
    run = chosen_run(summaries)
    if run is not None and any(summary.id == run for summary in summaries):
        remember_run(run)
        return run
    st.title(title, anchor=False)
    with st.container(border=True, key=f"{page}_empty"):
        if run is None:
            st.markdown(f"**No run yet.** {no_run_yet}")
            _new_search(page)
        elif (damaged := _damage(run)) is not None:
            damaged_panel(damaged, page)
        else:
            _not_here(page, run)
    return None


def _damage(run: str) -> UnreadableRun | None:
    return service().damaged.find(run) if service().exists(run) else None


@contextmanager
def told_of_run(page: str, run: str) -> Iterator[None]:
    """Show in place what keeps a run from being drawn; the page goes on after the block.

    A run in whose log something cannot be read has its reason and what can be done: Repair. The
    list of runs may not know yet, as it need not read every record.
    """
    try:
        yield
    except LogError as error:
        damaged = _damage(run)
        if damaged is None:
            st.error(plain(str(error)), icon=":material/error:")
            return
        with st.container(border=True, key=f"{page}_empty"):
            damaged_panel(damaged, page)
    except DynasError as error:
        st.error(plain(str(error)), icon=":material/error:")


def leave_if_gone(run: str) -> None:
    """Draw the page anew where the run was deleted while somebody looked: the page then says so."""
    if not service().exists(run):
        st.rerun()


def _new_search(page: str) -> None:
    if st.button("New search", key=f"{page}_new", type="primary", icon=":material/add_circle:"):
        navigation.open_new_search()


def _not_here(page: str, run: str) -> None:
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
        f"**The run '{named(run, LONGEST_NAMED)}' is not here.** It may have been removed, or "
        "belong to another data folder."
    )
    if st.button("All runs", key=f"{page}_runs", type="primary", icon=":material/list_alt:"):
        navigation.open_runs()


def run_picker(
    page: str, summaries: Mapping[str, RunSummary], run: str, forget: Callable[[], None]
) -> None:
    """The list of runs and the state of the one that is shown.

    Another choice goes into the address; `forget` then drops what belonged to the run before.
    """
    key = f"{page}_run_{run}"

    def change() -> None:
        chosen = st.session_state[key]
        st.session_state["current_run"] = chosen
        st.query_params["run"] = chosen
        forget()

    labels = distinct({other: summary.name for other, summary in summaries.items()})
    st.selectbox(
        "Run",
        list(summaries),
        index=list(summaries).index(run),
        format_func=lambda other: labels.get(other, other),
        key=key,
        on_change=change,
        label_visibility="collapsed",
        width=min(choice_width([labels[run]], _NARROWEST), _WIDEST),
    )
    st.html(state_html(summaries[run].state), width="content")


def nothing_measured(state: str) -> str:
    """What to say of a run in that state which has measured nothing."""
    if state in LIVE_STATES:
        return "**Nothing measured yet.** The first sub-networks appear on Live."
    return "**This run has measured nothing.** Live says how it ended, and what can be done."


def nothing_yet(page: str, sentence: str, run: str) -> None:
    """Say what a run lacks to be shown, with the button that leads to its Live page."""
    with st.container(border=True, key=f"{page}_empty"):
        st.markdown(sentence)
        if st.button("Open Live", key=f"{page}_open_live", type="primary"):
            navigation.open_live(run)
