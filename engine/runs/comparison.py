"""Runs side by side: which differ in the seed alone, which can be compared, and in which box."""

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from engine.metrics import Metric, metric
from engine.pareto.curves import Curve
from engine.pareto.front import FrontTracker, minimised
from engine.runs.history import RunHistory
from engine.runs.provenance import quality_source
from engine.runs.run_summary import RunSummary
from engine.sources import IMPORTED, describe_sources, is_measured_here


def configuration(history: RunHistory | RunSummary) -> dict[str, Any]:
    """What decides a run but for its seed, as plain data by dotted name, such as `dynas.supernet`.

    The CSV that a run writes besides decides nothing and is left out; the search algorithm is named
    also where the default for the objectives is used.
    """
    data = history.config.model_dump()
    data["search"]["search_algorithm"] = history.config.search_algorithm
    left_out = {"search.seed", "dynas.results_csv_path"}
    return {name: value for name, value in _flat(data) if name not in left_out}


def _flat(data: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in data.items():
        if isinstance(value, dict) and name != "calibration":
            yield from _flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def configuration_key(history: RunHistory | RunSummary) -> str:
    """Equal for runs that differ in their seed alone and measure with the same weights and data."""
    alone = (
        history.id if history.imported else ""
    )  # what a file holds is no search that could be repeated
    return json.dumps([configuration(history), history.fingerprint, alone], sort_keys=True)


def why_not_comparable(first: RunHistory, other: RunHistory) -> str:
    """Why the hypervolumes of two runs cannot be compared, as part of a sentence; empty if so."""
    if first.supernet_name != other.supernet_name:
        return f"it searched {other.supernet_name}, not {first.supernet_name}"
    names = [{objective.name for objective in h.objectives} for h in (first, other)]
    if names[0] != names[1]:
        ours, theirs = (_listed(h.objectives) for h in (first, other))
        return f"it optimises {theirs}, not {ours}"
    if quality_source(first) != quality_source(other):
        return "its quality comes from another source (measured, or a published predictor)"
    for objective in first.config.dynas.metrics:
        ours, theirs = (_predicted(h, objective) for h in (first, other))
        if ours != theirs:
            label = metric(objective).label
            return f"its {label} is {theirs or 'measured'}, not {ours or 'measured'}"
    if first.fingerprint and other.fingerprint and first.fingerprint != other.fingerprint:
        return "it measured with other weights, other data or another protocol"
    return ""


def _predicted(history: RunHistory, name: str) -> str:
    """How a run predicted a metric, in words; empty where it was measured, here or elsewhere."""
    kinds = {s for s in history.sources(name) if s != IMPORTED and not is_measured_here(s)}
    return describe_sources(kinds) if kinds else ""


def _listed(objectives: Sequence[Metric]) -> str:
    *first, last = (objective.label for objective in objectives)
    return f"{', '.join(first)} and {last}" if first else last


class Box(NamedTuple):
    """What hypervolume is a share of: by objective, in its own unit and direction."""

    objectives: tuple[Metric, ...]
    reference: tuple[float, ...]
    ideal: tuple[float, ...]


def common_box(histories: Sequence[RunHistory]) -> Box | None:
    """The smallest box that holds those of all runs; None until one of them has a box.

    All have one supernet and the same objectives. A box that was set by what a run measured first,
    as with latency, or by a constraint, differs from run to run.
    """
    known = [history.reference for history in histories if history.reference]
    if not known:
        return None
    objectives = tuple(histories[0].objectives)
    supernet = histories[0].supernet
    reference = tuple(o.sign * max(o.sign * starts[o.name] for starts in known) for o in objectives)
    return Box(objectives, reference, tuple(supernet.bounds(o.name)[1] for o in objectives))


class BoxedHypervolume:
    """The hypervolume of one run in a given box. `curve` costs what is new. Thread-safe."""

    def __init__(self, history: RunHistory, box: Box) -> None:
        self.history, self.box = history, box
        self._tracker: FrontTracker | None = None
        self._values: list[float] = []
        self._lock = threading.Lock()

    def curve(self) -> Curve:
        """`(n,)` hypervolume after each of the run's own evaluations, as of its last refresh.

        What a run knew before it began is counted in, but is no evaluation of its own.
        """
        known = self.history.known
        with self._lock:
            values = self.history.hypervolume if self._is_own() else self._tracked()
        return values[known:]

    def _is_own(self) -> bool:
        own = self.history.reference
        return bool(own) and all(
            own[o.name] == start
            for o, start in zip(self.box.objectives, self.box.reference, strict=True)
        )

    def _tracked(self) -> Curve:
        objectives = self.box.objectives
        if self._tracker is None:
            signs = np.array([o.sign for o in objectives])
            ends = (signs * np.array(self.box.reference), signs * np.array(self.box.ideal))
            self._tracker = FrontTracker(*ends)
        fresh = self.history.evaluations[len(self._values) :]
        keeps = self.history.all_feasible(fresh)
        for point, feasible in zip(minimised(fresh, objectives), keeps, strict=True):
            self._values.append(self._tracker.add(point, feasible=feasible))
        return np.array(self._values)
