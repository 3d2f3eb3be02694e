"""What the runs of a data folder describe: metrics and choices of scripts that are not running."""

from contextlib import suppress

from engine.data_dir import DataFolder
from engine.errors import LogError, RunError
from engine.runs.run_index import RunIndex


def describe_runs(folder: DataFolder) -> None:
    """Make the metrics and the choices known to this process that the runs of a folder describe.

    Runs that cannot be read here are left out.
    """
    index = RunIndex(folder)
    with suppress(LogError):  # there is no folder
        for run_id in index.ids():
            with suppress(LogError, RunError):
                index.summary(run_id)
