"""What a page needs from the server and from the visitor: the engine, and what they look at."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import streamlit as st

from app.access import policy as access
from app.background import BackgroundJobs
from app.formatting import plain
from engine import data_dir
from engine.errors import DynasError
from engine.runs.history import RunHistory
from engine.runs.run_summary import RunSummary
from engine.runs.service import RunService
from engine.supernets.requirement_records import RequirementRecords

LIVE_STATES = frozenset({"queued", "running", "pausing", "paused", "stopping"})
"""States of a run that some process drives."""

MOVING_STATES = LIVE_STATES - {"paused"}
"""States in which a run changes by itself."""


_open: list[RunService | BackgroundJobs] = []


def _release(part: RunService | BackgroundJobs) -> None:
    if part in _open:
        _open.remove(part)
    part.close()


@st.cache_resource(show_spinner=False, on_release=_release)
def _service(folder: str) -> RunService:
    service = RunService(Path(folder), admit=lambda config: access.current().files.admit(config))
    _open.append(service)
    return service


def service() -> RunService:
    """The engine: one for all visitors of this server."""
    return _service(str(data_dir.current().path))


def close_service() -> None:
    """Let go of the engine when the server stops."""
    while _open:
        _release(_open[-1])


@st.cache_resource(show_spinner=False, on_release=_release)
def jobs() -> BackgroundJobs:
    """Work that outlives a page run, such as timing one evaluation."""
    jobs = BackgroundJobs()
    _open.append(jobs)
    return jobs


def readable(runs: Iterable[str]) -> Iterator[RunHistory]:
    """The histories of those runs that can be read; the Runs page tells of the others."""
    for run in runs:
        with suppress(DynasError):
            yield service().history(run)


def remembered() -> RequirementRecords:
    """What the data folder remembers of supernets."""
    return RequirementRecords(data_dir.current().path, access.current().files.admit_reading)


def chosen_run(summaries: Sequence[RunSummary]) -> str | None:
    """The run that the address names, whether it is there or not, else the one last looked at.

    Falls back to the newest that is live, then to the newest of all; None if there are no runs.
    """
    known = [summary.id for summary in summaries]
    live = [summary.id for summary in summaries if summary.state in LIVE_STATES]
    last = st.session_state.get("current_run")
    named = st.query_params.get("run")
    return named or next(iter([*([last] if last in known else []), *live, *known]), None)


def remember_run(run: str) -> None:
    """Put the run into the address, so that it can be shared and reloaded."""
    st.session_state["current_run"] = run
    if st.query_params.get("run") != run:
        st.query_params["run"] = run


@contextmanager
def told_to_user() -> Iterator[None]:
    """Show an error that the user can act on in place; the page goes on after the block."""
    try:
        yield
    except DynasError as error:
        st.error(plain(str(error)), icon=":material/error:")
