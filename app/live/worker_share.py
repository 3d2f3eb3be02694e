"""The popover Workers of the Run page: what a run may have of the workers that runs share."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from app.formatting import escape_markdown
from app.session import service
from engine.errors import DynasError
from engine.runs.history import RunHistory
from engine.runs.share import ALL, MOST_PRIORITY, MOST_WORKERS, Share, measured_alone

_SHOWN = "live_share"
_PROBLEM = "live_share_problem"
_WIDTH = 260  # pixels


@dataclass
class _ShownShare:
    """The share that the fields show, and how often it was changed by others than them."""

    share: Share
    revision: int = 0


def share_popover(run: str, history: RunHistory) -> None:
    """Draw the limit and the priority of a run; a change applies at once, and is said below."""
    share = history.share
    shown = st.session_state.setdefault(f"{_SHOWN}_{run}", _ShownShare(share))
    if shown.share != share:  # changed elsewhere: other fields take the place of these
        shown.share, shown.revision = share, shown.revision + 1
    alone = not history.config.dynas.cluster and bool(measured_alone(history.config))
    with (
        st.popover(
            "Workers",
            icon=":material/group_work:",
            key="live_share_popover",
            help="How many sub-networks the run measures at a time, and which run comes first",
        ),
        st.container(width=_WIDTH),
    ):
        _fields(run, history, shown.revision, alone)
        if problem := st.session_state.pop(_PROBLEM, ""):
            st.error(escape_markdown(problem), icon=":material/error:")
        st.caption(escape_markdown(_share_text(share, history, alone)))


def _fields(run: str, history: RunHistory, revision: int, alone: bool) -> None:
    """Draw the fields of limit and priority; `alone` if the run keeps one worker."""
    share = history.share
    keys = tuple(f"live_{name}_{run}_{revision}" for name in ("workers", "all", "priority"))
    change: dict[str, Any] = {"on_change": _apply, "args": (run, *keys)}
    st.number_input(
        "At most",
        min_value=1,
        max_value=MOST_WORKERS,
        value=share.workers or history.config.dynas.workers,
        key=keys[0],
        disabled=alone or share.workers is None,
        help="How many sub-networks the run measures at a time",
        **change,
    )
    st.checkbox(
        "All workers that are free", share.workers is None, key=keys[1], disabled=alone, **change
    )
    st.number_input(
        "Priority",
        min_value=-MOST_PRIORITY,
        max_value=MOST_PRIORITY,
        value=share.priority,
        key=keys[2],
        help="Of the runs that share workers, those of a larger priority come first",
        **change,
    )


def _apply(run: str, workers_key: str, all_key: str, priority_key: str) -> None:
    state = st.session_state
    shown: _ShownShare = state[f"{_SHOWN}_{run}"]
    try:
        workers = ALL if state[all_key] else state[workers_key]
        service().set_share(run, workers, state[priority_key])
        shown.share = service().history(run).share
    except DynasError as error:
        state[_PROBLEM] = str(error)
        shown.revision += 1


def _share_text(share: Share, history: RunHistory, alone: bool) -> str:
    """What applies now, and why it may not do so yet."""
    if alone:
        return f"Applies now: 1 worker, since it measures alone, priority {share.priority}."
    at_most = "all workers" if share.workers is None else f"at most {share.workers_text}"
    return f"Applies now: {at_most}, priority {share.priority}. {history.waiting_reason()}".strip()
