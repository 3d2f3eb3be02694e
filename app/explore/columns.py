"""The columns of a run, cached for all visitors, and the snapshot that each visitor sees."""

import threading
from dataclasses import dataclass, field

import streamlit as st

from engine.runs.columns import ColumnStore, RunColumns
from engine.runs.history import RunHistory
from engine.supernets import registry


@dataclass
class _CachedStore:
    store: ColumnStore
    lock: threading.Lock = field(default_factory=threading.Lock)


@st.cache_resource(show_spinner=False, max_entries=8)
def _column_store(run: str, supernet: str, objectives: int) -> _CachedStore:
    return _CachedStore(ColumnStore(registry.load(supernet).space, objectives))


def all_columns(run: str, history: RunHistory) -> RunColumns:
    """All evaluations so far; the columns are shared by all visitors."""
    cached = _column_store(run, history.supernet_name, len(history.objectives))
    with cached.lock:
        return cached.store.update(history)


def clear_columns(run: str) -> None:
    """Drop all cached columns: a repaired run may have fewer evaluations than before."""
    _column_store.clear()
    show_newer(run)


def snapshot_columns(run: str, history: RunHistory) -> RunColumns:
    """The evaluations that the visitor sees.

    They stay the same while a run continues, until the visitor requests the newer ones.
    """
    columns = all_columns(run, history)
    key = f"explore_taken_{run}"
    count = min(st.session_state.setdefault(key, len(columns)), len(columns))
    if count == 0:
        count = st.session_state[key] = len(columns)
    return columns.first(count)


def newer_count(run: str, evaluations: int) -> int:
    """How many of the `evaluations` so far are newer than the visitor's snapshot."""
    return evaluations - int(st.session_state.get(f"explore_taken_{run}", evaluations))


def show_newer(run: str) -> None:
    """Let the next snapshot include every evaluation so far."""
    st.session_state.pop(f"explore_taken_{run}", None)
