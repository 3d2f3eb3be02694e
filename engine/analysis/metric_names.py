"""Which metrics there are to be shown: of a run, of a front, of several runs."""

from collections.abc import Sequence

from engine.errors import ConfigError
from engine.evaluation.record import Evaluation
from engine.metrics import metric, ordered
from engine.runs.columns import RunColumns
from engine.runs.history import RunHistory


def run_metrics(columns: RunColumns, history: RunHistory) -> list[str]:
    """The metrics that the run has numbers of, its objectives first."""
    names = dict.fromkeys((*(o.name for o in history.objectives), *columns.metrics))
    return [name for name in names if name in columns.metrics and _registered(name)]


def _registered(name: str) -> bool:
    try:
        metric(name)
    except ConfigError:
        return False
    return True


def front_metrics(history: RunHistory, front: Sequence[Evaluation]) -> list[str]:
    """The metrics that all of the front have, objectives first."""
    objectives = [objective.name for objective in history.objectives]
    known = [name for e in front for name in e.metrics]
    names = dict.fromkeys([*objectives, *history.config.all_metrics, *ordered(known)])
    return [name for name in names if all(name in e.metrics for e in front)]


def shared_metrics(histories: Sequence[RunHistory]) -> list[str]:
    """The metrics that all runs know, in the order in which the product lists them."""
    known = [_known(history) for history in histories]
    shared = set.intersection(*known) if known else set()
    return ordered(shared)


def _known(history: RunHistory) -> set[str]:
    """The metrics that a run asks for, and those that it writes down unasked."""
    measured = next((e.metrics for e in list(history.evaluations) if e.ok), {})
    return {*history.config.all_metrics, *measured}
