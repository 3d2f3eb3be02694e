"""The columns of a run as the dashboard's visitors look at them."""

import threading
from dataclasses import dataclass, field

import streamlit as st

from engine.runs.columns import ColumnStore, RunColumns
from engine.runs.history import RunHistory
from engine.supernets import registry


@dataclass
class _Kept:
    store: ColumnStore
    lock: threading.Lock = field(default_factory=threading.Lock)


@st.cache_resource(show_spinner=False, max_entries=8)
def _kept(run: str, supernet: str, objectives: int) -> _Kept:
    return _Kept(ColumnStore(registry.load(supernet).space, objectives))


def all_columns(run: str, history: RunHistory) -> RunColumns:
    """Every evaluation that there is now; shared by all visitors."""
    kept = _kept(run, history.supernet_name, len(history.objectives))
    with kept.lock:
        return kept.store.update(history)


def clear_columns(run: str) -> None:
    """Look at everything anew: the run was repaired, and may have fewer evaluations than before."""
    _kept.clear()
    show_newer(run)


def snapshot_columns(run: str, history: RunHistory) -> RunColumns:
    """The evaluations that the visitor looks at.

    They stay the same while a run goes on, until the visitor asks for the newer ones.
    """
    columns = all_columns(run, history)
    key = f"explore_taken_{run}"
    taken = min(st.session_state.setdefault(key, len(columns)), len(columns))
    if taken == 0:
        taken = st.session_state[key] = len(columns)
    return columns.first(taken)


def newer_count(run: str, evaluations: int) -> int:
    """How many of now `evaluations` have come since the visitor began to look."""
    return evaluations - int(st.session_state.get(f"explore_taken_{run}", evaluations))


def show_newer(run: str) -> None:
    """Look at everything that there is from now on."""
    st.session_state.pop(f"explore_taken_{run}", None)
