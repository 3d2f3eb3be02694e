"""What the runs of a data folder describe: metrics and choices of scripts that are not running."""

from contextlib import suppress

from engine import script_objects
from engine.data_dir import DataFolder
from engine.errors import LogError, RunError
from engine.logged_metrics import definition_difference
from engine.metrics import Metric, added_metrics, metric_names, use_restored
from engine.runs.run_index import RunIndex


def logged_names() -> set[str]:
    """The metrics that only logs describe: nothing here measures them."""
    return {metric.name for metric in added_metrics()}.difference(metric_names())


def describe_runs(folder: DataFolder) -> dict[str, str]:
    """Make the metrics and the choices known to this process that the runs of a folder describe.

    Returns a sentence for each metric that two of the runs define otherwise, by its name, unless
    the running script offers it. Runs that cannot be read here are left out.
    """
    index, found = RunIndex(folder), dict[str, tuple[str, Metric]]()
    contradictions = {}
    with suppress(LogError):  # there is no folder
        for run_id in sorted(index.ids()):
            with suppress(LogError, RunError):
                summary = index.summary(run_id)
                for name, definition in summary.config.definitions.items():
                    first_run, first = found.setdefault(name, (summary.name, definition))
                    if difference := definition_difference(first, definition):
                        contradictions[name] = (
                            f"Two runs of the data folder have a metric '{name}', '{first_run}' "
                            f"and '{summary.name}', and do not mean the same: {difference}."
                        )
    use_restored({name: definition for name, (_, definition) in found.items()})
    for name in script_objects.offered("metric"):
        contradictions.pop(name, None)
    return contradictions
