"""How good predictions were, judged by what was measured after they had been made."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import kendalltau

from engine.evaluation.record import Evaluation

WINDOW = 50
"""Sub-networks over which quality is judged where those of a single cycle are too few."""


@dataclass(frozen=True)
class FittedPredictor:
    """The predictor of a metric in one cycle, and how many sub-networks it had learnt from.

    `tau` holds, where it was chosen, Kendall's tau of each candidate in cross-validation.
    """

    predictor: str
    trained_on: int
    tau: Mapping[str, float] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Plain data that `from_json` takes back."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "FittedPredictor":
        """What `to_json` wrote; fields of newer versions are ignored."""
        return cls(**{name: data[name] for name in cls.__dataclass_fields__ if name in data})


@dataclass(frozen=True, slots=True)
class Pair:
    """What was said of one sub-network before it was measured, and what was measured."""

    number: int
    cycle: int
    predicted: float
    measured: float


@dataclass(frozen=True)
class Quality:
    """How well `n` predictions of a metric, up to and including those of a cycle, came true.

    `tau` is Kendall's tau-b, `rmse` the root mean squared error and `bias` the mean of predicted
    minus measured, both in the metric's unit. What is not defined is NaN.
    """

    cycle: int
    metric: str
    n: int
    tau: float
    rmse: float
    bias: float


def kendall_tau(first: npt.ArrayLike, second: npt.ArrayLike) -> float:
    """Kendall's tau-b of two sequences of equal length; NaN where one of them is constant.

    Source: Kendall, "The treatment of ties in ranking problems", Biometrika 33 (1945).
    """
    one, other = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if len(one) < 2 or np.ptp(one) == 0 or np.ptp(other) == 0:
        return math.nan
    return float(kendalltau(one, other).statistic)


def pairs(evaluations: Iterable[Evaluation]) -> dict[str, list[Pair]]:
    """By metric, in the order of the log, every prediction that a measurement has answered."""
    found: dict[str, list[Pair]] = defaultdict(list)
    for evaluation in evaluations:
        if evaluation.ok:
            for name, predicted in evaluation.predicted.items():
                if name in evaluation.metrics:
                    measured = evaluation.metrics[name]
                    found[name].append(
                        Pair(evaluation.number, evaluation.cycle, predicted, measured)
                    )
    return dict(found)


def quality_by_cycle(evaluations: Iterable[Evaluation], window: int = 0) -> list[Quality]:
    """A row a metric and cycle with predictions, metrics by name, cycles ascending.

    Each is judged on the predictions of its cycle; where these are fewer than `window`, on the last
    `window` of its own and of earlier cycles.
    """
    rows = []
    for metric, made in sorted(pairs(evaluations).items()):
        made.sort(key=lambda pair: pair.cycle)  # with several workers, cycles overlap in the log
        cycles = np.array([pair.cycle for pair in made])
        for cycle in np.unique(cycles):
            start, end = np.searchsorted(cycles, [cycle, cycle + 1])
            rows.append(_judged(int(cycle), metric, made[max(min(start, end - window), 0) : end]))
    return rows


class QualityTracker:
    """As `quality_by_cycle`, without and with `WINDOW`, of a run that grows: costs what is new.

    Not thread-safe.
    """

    def __init__(self) -> None:
        self._followed = 0
        self._made: dict[str, dict[int, list[Pair]]] = defaultdict(lambda: defaultdict(list))
        self._rows: dict[str, dict[int, tuple[Quality, Quality]]] = defaultdict(dict)

    def follow(self, evaluations: Sequence[Evaluation]) -> None:
        """Take in those that are new in a list that grows at its end."""
        fresh = evaluations[self._followed :]
        self._followed += len(fresh)
        for metric, made in pairs(fresh).items():
            for pair in made:
                self._made[metric][pair.cycle].append(pair)
            earliest = min(pair.cycle for pair in made)
            rows = self._rows[metric]
            for cycle in [cycle for cycle in rows if cycle >= earliest]:
                del rows[cycle]  # its window may reach back to what has changed

    def rows(self, metric: str) -> list[tuple[Quality, Quality]]:
        """Each cycle with predictions, ascending: judged on its own, and with those before."""
        if metric not in self._made:
            return []
        rows, cycles = self._rows[metric], sorted(self._made[metric])
        for i, cycle in enumerate(cycles):
            if cycle not in rows:
                own = self._made[metric][cycle]
                lately = self._back_from(metric, cycles[: i + 1])
                rows[cycle] = _judged(cycle, metric, own), _judged(cycle, metric, lately)
        return [rows[cycle] for cycle in cycles]

    def _back_from(self, metric: str, cycles: list[int]) -> list[Pair]:
        own = lately = self._made[metric][cycles[-1]]
        for cycle in reversed(cycles[:-1]):
            if len(lately) >= WINDOW:
                break
            lately = [*self._made[metric][cycle], *lately]
        return lately[-max(len(own), WINDOW) :]


def _judged(cycle: int, metric: str, made: list[Pair]) -> Quality:
    predicted = np.array([pair.predicted for pair in made])
    measured = np.array([pair.measured for pair in made])
    error = predicted - measured
    return Quality(
        cycle,
        metric,
        len(made),
        kendall_tau(predicted, measured),
        float(np.sqrt(np.mean(error**2))),
        float(error.mean()),
    )
