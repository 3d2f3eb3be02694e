"""Loads the history of a run from a data folder, without a RunService."""

from pathlib import Path

from engine.data_dir import DataFolder, current
from engine.errors import LogError, RunError
from engine.quoting import quoted
from engine.runs.history import RunHistory
from engine.runs.lease import Lease
from engine.runs.run_index import RunIndex
from engine.runs.run_summary import ACTIVE


def load_run(run_id: str, data_dir: str | Path | None = None) -> RunHistory:
    """The history of a run; its `refresh` reads later records.

    `data_dir` defaults to the folder of `NAS` and of the dashboard. Raises RunError if there is no
    such run, LogError if its log cannot be read or the data folder is invalid.

    >>> load_run(run.id).state
    'finished'
    """
    if not isinstance(run_id, str):
        raise RunError(f"A run is named by its id, a text, not {quoted(run_id, 60)}.")
    if data_dir is not None and not isinstance(data_dir, str | Path):
        raise LogError(f"The data folder is named by a path, not {quoted(data_dir, 60)}.")
    index = RunIndex(current() if data_dir is None else DataFolder.at(data_dir))
    history = index.history(run_id)
    history.is_orphaned = (
        history.state in ACTIVE and not Lease(index.run_folder(run_id)).is_held_elsewhere()
    )
    return history
