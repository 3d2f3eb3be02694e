"""State shared by all pages: the engine, background jobs, and the current run of the visitor."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import streamlit as st

from app.access import policy as access
from app.background import BackgroundJobs
from app.downloads.archive_store import ArchiveStore
from app.formatting import escape_markdown
from engine import data_dir
from engine.errors import DynasError
from engine.runs.history import RunHistory
from engine.runs.run_summary import RunSummary
from engine.runs.service import RunService
from engine.supernets.requirement_records import RequirementRecords

LIVE_STATES = frozenset({"queued", "running", "pausing", "paused", "stopping"})
"""States of a run that a process executes."""

MOVING_STATES = LIVE_STATES - {"paused"}
"""States in which a run changes without a user's action."""


_Resource = RunService | BackgroundJobs | ArchiveStore

_open_resources: list[_Resource] = []


def _release(resource: _Resource) -> None:
    if resource in _open_resources:
        _open_resources.remove(resource)
    resource.close()


@st.cache_resource(show_spinner=False, on_release=_release)
def _service(folder: str) -> RunService:
    service = RunService(Path(folder), admit=lambda config: access.current().check_config(config))
    _open_resources.append(service)
    return service


def service() -> RunService:
    """The engine; all visitors of this server share it."""
    return _service(str(data_dir.current().path))


def close_resources() -> None:
    """Close the engine and the background jobs when the server stops."""
    while _open_resources:
        _release(_open_resources[-1])


@st.cache_resource(show_spinner=False, on_release=_release)
def jobs() -> BackgroundJobs:
    """The background jobs of the server, such as timing one evaluation."""
    jobs = BackgroundJobs()
    _open_resources.append(jobs)
    return jobs


@st.cache_resource(show_spinner=False, on_release=_release)
def _archives(folder: str) -> ArchiveStore:
    archives = ArchiveStore(Path(folder))
    _open_resources.append(archives)
    return archives


def archives() -> ArchiveStore:
    """The archives that visitors of this server download."""
    return _archives(str(data_dir.current().downloads))


def readable_histories(runs: Iterable[str]) -> Iterator[RunHistory]:
    """The histories of the runs that can be read; the Runs page lists the others."""
    for run in runs:
        with suppress(DynasError):
            yield service().history(run)


@contextmanager
def opened_run(run: str) -> Iterator[RunHistory]:
    """The history of a run; inside the block, names of metrics mean what its log defines.

    Raises RunError if there is no such run, LogError if its log cannot be read.
    """
    history = service().history(run)
    with history.own_metrics():
        yield history


def requirement_records() -> RequirementRecords:
    """The paths and checks of supernets that are stored in the data folder."""
    return RequirementRecords(data_dir.current().path, access.current().files.check_read_path)


def current_run(summaries: Sequence[RunSummary]) -> str | None:
    """The run in the URL, even if it does not exist, else the one viewed last.

    Falls back to the newest live run, then to the newest of all; None if there are no runs.
    """
    run_ids = [summary.id for summary in summaries]
    live_ids = [summary.id for summary in summaries if summary.state in LIVE_STATES]
    last_run = st.session_state.get("current_run")
    address_run = st.query_params.get("run")
    return address_run or next(
        iter([*([last_run] if last_run in run_ids else []), *live_ids, *run_ids]), None
    )


def remember_run(run: str) -> None:
    """Write the run into the URL, so that the page can be shared and reloaded."""
    st.session_state["current_run"] = run
    if st.query_params.get("run") != run:
        st.query_params["run"] = run


@contextmanager
def show_errors() -> Iterator[None]:
    """Show a DynasError of the block as a message; the page continues after it."""
    try:
        yield
    except DynasError as error:
        st.error(escape_markdown(str(error)), icon=":material/error:")
