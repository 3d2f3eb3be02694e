"""Commands on runs that there are: they create no data folder."""

from pathlib import Path

from engine import data_dir as data_folder
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


def chosen_folder(data_dir: Path | None) -> DataFolder:
    """The data folder at a path, or the current one."""
    return DataFolder.at(data_dir) if data_dir else data_folder.current()
