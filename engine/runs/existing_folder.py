"""Commands on runs that there are: they create no data folder."""

from pathlib import Path

from engine import data_dir as data_folder
from engine.config import NASConfig
from engine.data_dir import DataFolder
from engine.errors import RunError
from engine.quoting import quoted
from engine.runs.service import RunService


def service_with_runs(data_dir: Path | None) -> RunService | None:
    """The service of a data folder, by default the current one; None if it has never had a run."""
    folder = chosen_folder(data_dir)
    return RunService(folder.path) if folder.runs.is_dir() else None


def service_of(run_id: str, data_dir: Path | None) -> RunService:
    """As `service_with_runs`; raises RunError instead, because there is no such run."""
    service = service_with_runs(data_dir)
    if service is None:
        raise RunError(
            f"There is no run {quoted(run_id)}. {no_runs(data_dir)} Name another with --data-dir."
        )
    return service


def no_runs(data_dir: Path | None) -> str:
    """A sentence that says which data folder has no runs."""
    return f"There are no runs in the data folder {chosen_folder(data_dir).path}."


def estimate_line(config: NASConfig, data_dir: Path | None, slots: int | None = None) -> str:
    """How long a search takes and what that follows from, or that it is not known.

    `slots` is how many sub-networks its cluster measures at a time.
    """
    limit = config.dynas.worker_limit
    workers = config.dynas.workers if slots is None else min(slots, limit or slots)
    service = service_with_runs(data_dir)
    found = None
    if service is not None:
        found = service.durations.forecast(config.with_absolute_paths(), workers)
    if found is None:
        return "Duration: not known before a first search like it here"
    return f"Duration: {found} ({found.basis})"


def chosen_folder(data_dir: Path | None) -> DataFolder:
    """The data folder at a path, or the current one."""
    return DataFolder.at(data_dir) if data_dir else data_folder.current()
