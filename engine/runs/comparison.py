"""Comparison of runs: equal configurations, comparability and the common reference box."""

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from engine.errors import DynasError
from engine.logged_metrics import definition_difference
from engine.metrics import Metric
from engine.pareto.curves import Curve
from engine.pareto.front import FrontTracker, minimised
from engine.runs.history import RunHistory
from engine.runs.provenance import quality_source
from engine.runs.reference_box import finite_ideal
from engine.runs.run_summary import RunSummary
from engine.sources import IMPORTED, describe_sources, is_measured_here


def configuration(history: RunHistory | RunSummary) -> dict[str, Any]:
    """The configuration of a run without its seed, by dotted name such as `dynas.supernet`.

    The settings of the results file are left out, because they have no influence on the search.
    The search algorithm is included even if it is the default.
    """
    data = history.config.model_dump()
    data["search"]["search_algorithm"] = history.config.search_algorithm
    excluded_names = {"search.seed", "dynas.results_csv_path", "dynas.results_csv_format"}
    return {name: value for name, value in _flat(data) if name not in excluded_names}


def _flat(data: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in data.items():
        if isinstance(value, dict) and name != "calibration":
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def configuration_key(history: RunHistory | RunSummary) -> str:
    """A key that is equal for runs with the same weights and data that differ only in the seed.

    Their metrics mean the same.
    """
    own_id = history.id if history.imported else ""  # an import cannot be repeated with a seed
    meanings = {
        name: (metric.direction, metric.unit, metric.lowest, metric.highest)
        for name, metric in history.config.definitions.items()
    }
    key = [configuration(history), history.fingerprint, own_id, meanings]
    return json.dumps(key, sort_keys=True)


def why_not_comparable(first: RunHistory, other: RunHistory) -> str:
    """Why the hypervolumes of two runs cannot be compared, as a clause; empty if they can."""
    if first.supernet_name != other.supernet_name:
        return f"it searched {_searched(other)}, not {_searched(first)}"
    names = [{objective.name for objective in h.objectives} for h in (first, other)]
    if names[0] != names[1]:
        first_value, other_value = (_joined_labels(h.objectives) for h in (first, other))
        return f"it optimises {other_value}, not {first_value}"
    definitions, others = ({o.name: o for o in h.config.objectives} for h in (first, other))
    for name, definition in definitions.items():
        if difference := definition_difference(definition, others[name]):
            return difference
    if quality_source(first) != quality_source(other):
        return "its quality comes from another source (measured, or a published predictor)"
    for name in definitions:
        first_value, other_value = (_prediction_source(h, name) for h in (first, other))
        if first_value != other_value:
            label = definitions[name].label
            return f"its {label} is {other_value or 'measured'}, not {first_value or 'measured'}"
    if first.fingerprint and other.fingerprint and first.fingerprint != other.fingerprint:
        return "it measured with other weights, other data or another protocol"
    return ""


def why_not_together(first: RunHistory, other: RunHistory) -> str:
    """Why two runs did not have the same task, as a clause; empty if they did.

    Then their fronts, too, can be held against each other: their hypervolumes can be compared,
    their objectives come from the same sources, and they keep to the same limits.
    """
    if reason := why_not_comparable(first, other):
        return reason
    for objective in first.objectives:
        sources = [describe_sources(h.sources(objective.name)) for h in (first, other)]
        if first.evaluations and other.evaluations and len(set(sources)) > 1:
            return f"its {objective.label} is {sources[1]}, not {sources[0]}"
    first_limits, other_limits = (_limits(history) for history in (first, other))
    if set(first_limits) == set(other_limits):
        return ""
    first_text, other_text = (
        f"to {' and '.join(limits)}" if limits else "to no limit"
        for limits in (first_limits, other_limits)
    )
    return f"it keeps {other_text}, not {first_text}"


def _limits(history: RunHistory) -> list[str]:
    with history.own_metrics():
        return sorted(constraint.label for constraint in history.config.constraints)


def _searched(history: RunHistory) -> str:
    """The title of the supernet; its name if it does not load."""
    try:
        return history.supernet.title
    except DynasError:
        return history.supernet_name


def _prediction_source(history: RunHistory, name: str) -> str:
    """The kind of prediction that a run used for a metric, in words; empty if it was measured."""
    kinds = {s for s in history.sources(name) if s != IMPORTED and not is_measured_here(s)}
    return describe_sources(kinds) if kinds else ""


def _joined_labels(objectives: Sequence[Metric]) -> str:
    *first, last = (objective.label for objective in objectives)
    return f"{', '.join(first)} and {last}" if first else last


class Box(NamedTuple):
    """A hypervolume box: reference and ideal by objective, in its own unit and direction."""

    objectives: tuple[Metric, ...]
    reference: tuple[float, ...]
    ideal: tuple[float, ...]


def common_box(histories: Sequence[RunHistory]) -> Box | None:
    """The smallest box that contains those of all runs; None while no run has a box.

    All runs have the same supernet and objectives. Their boxes may differ: a box can depend on the
    first measurements of a run, as with latency, or on its constraints.
    """
    references = [history.reference for history in histories if history.reference]
    if not references:
        return None
    objectives = tuple(histories[0].objectives)
    supernet = histories[0].supernet
    reference = tuple(
        o.sign * max(o.sign * reference_point[o.name] for reference_point in references)
        for o in objectives
    )
    ideals = (
        finite_ideal(objective, supernet.bounds(objective.name)[1], start)
        for objective, start in zip(objectives, reference, strict=True)
    )
    return Box(objectives, reference, tuple(ideals))


class BoxedHypervolume:
    """The hypervolume of one run in a given box. `curve` is incremental. Thread-safe."""

    def __init__(self, history: RunHistory, box: Box) -> None:
        self.history, self.box = history, box
        self._tracker: FrontTracker | None = None
        self._values: list[float] = []
        self._lock = threading.Lock()

    def curve(self) -> Curve:
        """`(n,)` hypervolume after each of the run's own evaluations, as of its last refresh.

        Evaluations of a warm start count towards the hypervolume, but have no entry.
        """
        offset = self.history.warm_start_count
        with self._lock:
            values = self.history.hypervolume if self._is_run_box() else self._tracked_values()
        return values[offset:]

    def _is_run_box(self) -> bool:
        reference = self.history.reference
        return bool(reference) and all(
            reference[o.name] == start
            for o, start in zip(self.box.objectives, self.box.reference, strict=True)
        )

    def _tracked_values(self) -> Curve:
        objectives = self.box.objectives
        if self._tracker is None:
            signs = np.array([o.sign for o in objectives])
            corners = (signs * np.array(self.box.reference), signs * np.array(self.box.ideal))
            self._tracker = FrontTracker(*corners)
        new_evaluations = self.history.evaluations[len(self._values) :]
        feasibility = self.history.all_feasible(new_evaluations)
        for point, feasible in zip(
            minimised(new_evaluations, objectives), feasibility, strict=True
        ):
            self._values.append(self._tracker.add(point, feasible=feasible))
        return np.array(self._values)
