"""The metrics that charts and tables offer, of a run, a front or several runs, in one order."""

from collections.abc import Iterable, Sequence

from engine.config import NASConfig
from engine.errors import ConfigError
from engine.evaluation.record import Evaluation
from engine.logged_metrics import definition_difference
from engine.metrics import metric, order_metrics
from engine.runs.columns import RunColumns
from engine.runs.history import RunHistory


def in_config_order(names: Iterable[str], config: NASConfig) -> list[str]:
    """Metric names as every page, table and export of a run lists them.

    Those of the configuration in its order: objectives, constraints, recorded ones. Then others, in
    the product's order.
    """
    return order_metrics(names, first=config.all_metrics)


def run_metrics(columns: RunColumns, history: RunHistory) -> list[str]:
    """The metrics that the run has values of, its objectives first."""
    with history.own_metrics():
        return in_config_order(filter(_is_registered, columns.metrics), history.config)


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
    return in_config_order((name for e in front for name in e.metrics), history.config)


def subnetwork_noun(history: RunHistory) -> str:
    """What the run calls a sub-network that it has values of: `measured sub-network`.

    Where no objective was measured, it is `computed` or, of other approaches, `evaluated`.
    """
    if history.computed_count is not None:
        return "computed sub-network"
    return f"{'measured' if history.provenance == 'measured' else 'evaluated'} sub-network"


def shared_metrics(histories: Sequence[RunHistory]) -> list[str]:
    """The metrics that all runs have and read alike, in the order of the first configuration."""
    if not histories:
        return []
    shared = set.intersection(*map(_run_metric_names, histories))
    return in_config_order(shared - different_metrics(histories).keys(), histories[0].config)


def different_metrics(histories: Sequence[RunHistory]) -> dict[str, str]:
    """A sentence for each metric that two of the runs define otherwise, by its name."""
    first, *others = histories
    sentences = {}
    for other in others:
        names = set.intersection(*map(_run_metric_names, (first, other)))
        for name, definition in first.config.definitions.items():
            other_definition = other.config.definitions.get(name)
            if name not in names or other_definition is None:
                continue
            if difference := definition_difference(definition, other_definition):
                sentences[name] = (
                    f"{definition.label} of '{other.name}' is another metric than that of "
                    f"'{first.name}': {difference}. They cannot be drawn on one axis."
                )
    return sentences


def _run_metric_names(history: RunHistory) -> set[str]:
    """The metrics that a run requests, and those that it records in addition."""
    metric_values = next((e.metrics for e in list(history.evaluations) if e.ok), {})
    return {*history.config.all_metrics, *metric_values}
