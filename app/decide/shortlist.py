"""The shortlist of a run: kept in its log, so that every visitor and every restart knows it."""

from collections.abc import Sequence

import streamlit as st

from app import navigation
from app.formatting import plain
from app.session import service
from engine.errors import DynasError
from engine.evaluation.record import Evaluation

_PROBLEM = "shortlist_problem"


def toggle(run: str, number: int) -> None:
    """Put a sub-network on the run's shortlist, or take it off."""
    now = service().labels(run).shortlist
    kept = [other for other in now if other != number]
    change(run, kept if number in now else [*now, number])


def add(run: str, numbers: Sequence[int]) -> None:
    """Put sub-networks at the end of the run's shortlist, as far as they are not on it."""
    change(run, [*service().labels(run).shortlist, *numbers])


def move(run: str, number: int, by: int) -> None:
    """Move a sub-network of the shortlist by places, up if negative."""
    order = list(service().labels(run).shortlist)
    if number in order:
        at = order.index(number)
        order.insert(max(at + by, 0), order.pop(at))
        change(run, order)


def change(run: str, numbers: Sequence[int]) -> None:
    """Write another shortlist; what is wrong with it is kept for `problem`."""
    try:
        service().label(run, shortlist=numbers)
    except DynasError as error:
        st.session_state[_PROBLEM] = str(error)


def problem() -> str:
    """What went wrong with the last change, once."""
    return str(st.session_state.pop(_PROBLEM, ""))


def shortlist_button(run: str, evaluation: Evaluation, key: str) -> None:
    """For other pages: put a sub-network on the shortlist, or open the shortlist it is on."""
    if evaluation.number in service().labels(run).shortlist:
        if st.button(
            "Shortlist",
            key=f"{key}_open",
            icon=":material/playlist_add_check:",
            help=f"#{evaluation.number} is on the shortlist: compare and export it on Decide",
        ):
            navigation.open_decide(run)
        return
    st.button(
        "Add to shortlist",
        key=key,
        icon=":material/playlist_add:",
        disabled=not evaluation.ok,
        help="Decide compares what is on the run's shortlist, measures it on data that "
        "no search sees, and exports it"
        if evaluation.ok
        else "This evaluation failed: there is nothing to choose",
        on_click=add,
        args=(run, [evaluation.number]),
    )
    if text := problem():
        st.error(plain(text), icon=":material/error:")
