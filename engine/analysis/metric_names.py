"""The names of the metrics that charts and tables offer: of a run, a front or several runs."""

from collections.abc import Sequence

from engine.errors import ConfigError
from engine.evaluation.record import Evaluation
from engine.metrics import metric, order_metrics
from engine.runs.columns import RunColumns
from engine.runs.history import RunHistory


def run_metrics(columns: RunColumns, history: RunHistory) -> list[str]:
    """The metrics that the run has values of, its objectives first."""
    names = dict.fromkeys((*(o.name for o in history.objectives), *columns.metrics))
    return [name for name in names if name in columns.metrics and _is_registered(name)]


def _is_registered(name: str) -> bool:
    try:
        metric(name)
    except ConfigError:
        return False
    return True


def front_metrics(history: RunHistory, front: Sequence[Evaluation]) -> list[str]:
    """The metrics that all members of the front have, objectives first."""
    names = goal_metrics(history, front)
    return [name for name in names if all(name in e.metrics for e in front)]


def goal_metrics(history: RunHistory, front: Sequence[Evaluation]) -> list[str]:
    """The metrics that a member of the front has or more, objectives first."""
    objectives = [objective.name for objective in history.objectives]
    measured_names = [name for e in front for name in e.metrics]
    names = dict.fromkeys(
        [*objectives, *history.config.all_metrics, *order_metrics(measured_names)]
    )
    return [name for name in names if any(name in e.metrics for e in front)]


def shared_metrics(histories: Sequence[RunHistory]) -> list[str]:
    """The metrics that all runs have, in the product's order."""
    metrics_of_runs = [_run_metric_names(history) for history in histories]
    shared = set.intersection(*metrics_of_runs) if metrics_of_runs else set()
    return order_metrics(shared)


def _run_metric_names(history: RunHistory) -> set[str]:
    """The metrics that a run requests, and those that it records in addition."""
    metric_values = next((e.metrics for e in list(history.evaluations) if e.ok), {})
    return {*history.config.all_metrics, *metric_values}
