"""What the runs of a data folder describe: metrics and choices of scripts that are not running."""

from contextlib import suppress

from engine.data_dir import DataFolder
from engine.errors import LogError, RunError
from engine.metrics import added_metrics, metric_names
from engine.runs.run_index import RunIndex


def logged_names() -> set[str]:
    """The metrics that only logs describe: nothing here measures them."""
    return {metric.name for metric in added_metrics()}.difference(metric_names())


def describe_runs(folder: DataFolder) -> None:
    """Make the metrics and the choices known to this process that the runs of a folder describe.

    Runs that cannot be read here are left out.
    """
    index = RunIndex(folder)
    with suppress(LogError):  # there is no folder
        for run_id in index.ids():
            with suppress(LogError, RunError):
                index.summary(run_id)
