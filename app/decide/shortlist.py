"""The shortlist of a run, which is stored in its log and shared by all visitors."""

from collections.abc import Sequence

import streamlit as st

from app import navigation
from app.formatting import escape_markdown
from app.session import service
from engine.errors import DynasError
from engine.evaluation.record import Evaluation

_PROBLEM = "shortlist_problem"


def toggle(run: str, number: int) -> None:
    """Add a sub-network to the run's shortlist, or remove it."""
    shortlist = service().labels(run).shortlist
    others = [other for other in shortlist if other != number]
    change(run, others if number in shortlist else [*shortlist, number])


def add(run: str, numbers: Sequence[int]) -> None:
    """Append sub-networks to the run's shortlist, unless they are on it."""
    change(run, [*service().labels(run).shortlist, *numbers])


def move(run: str, number: int, offset: int) -> None:
    """Move a sub-network of the shortlist by `offset` places, up if negative."""
    order = list(service().labels(run).shortlist)
    if number in order:
        index = order.index(number)
        order.insert(max(index + offset, 0), order.pop(index))
        change(run, order)


def change(run: str, numbers: Sequence[int]) -> None:
    """Replace the shortlist; an error message is stored for `problem`."""
    try:
        service().label(run, shortlist=numbers)
    except DynasError as error:
        st.session_state[_PROBLEM] = str(error)


def problem() -> str:
    """The error message of the last change, returned once; empty if there is none."""
    return str(st.session_state.pop(_PROBLEM, ""))


def add_button(run: str, number: int, is_listed: bool, key: str) -> None:
    """For lists on Decide: add a sub-network to the shortlist, unless it is on it."""
    st.button(
        "On shortlist" if is_listed else "Add to shortlist",
        key=key,
        icon=":material/check:" if is_listed else ":material/playlist_add:",
        type="tertiary",
        disabled=is_listed,
        on_click=add,
        args=(run, [number]),
    )


def shortlist_button(run: str, evaluation: Evaluation, key: str) -> None:
    """For other pages: add a sub-network to the shortlist, or open the shortlist it is on."""
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
        st.error(escape_markdown(text), icon=":material/error:")
