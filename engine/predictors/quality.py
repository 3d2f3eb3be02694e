"""The quality of predictions, judged by later measurements."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.evaluation.record import Evaluation

WINDOW = 50
"""Sub-networks that judge the quality where those of a single cycle are too few."""


@dataclass(frozen=True)
class FittedPredictor:
    """The predictor of a metric in one cycle, and the number of its training rows.

    `tau` holds Kendall's tau of each candidate in cross-validation, where there was a choice.
    """

    predictor: str
    trained_on: int
    tau: Mapping[str, float] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Plain data for `from_json`."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "FittedPredictor":
        """What `to_json` wrote; fields of newer versions are ignored."""
        return cls(**{name: data[name] for name in cls.__dataclass_fields__ if name in data})


@dataclass(frozen=True, slots=True)
class PredictionPair:
    """The prediction and the later measurement of one sub-network."""

    number: int
    cycle: int
    predicted: float
    measured: float


@dataclass(frozen=True)
class Quality:
    """How well `n` predictions of a metric, up to and including those of a cycle, came true.

    `tau` is Kendall's tau-b, `rmse` the root mean squared error and `bias` the mean of predicted
    minus measured, both in the metric's unit. Undefined values are NaN.
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
    first_values, second_values = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if len(first_values) < 2 or np.ptp(first_values) == 0 or np.ptp(second_values) == 0:
        return math.nan
    from scipy.stats import kendalltau  # half of the start of a command that needs none

    return float(kendalltau(first_values, second_values).statistic)


def prediction_pairs(evaluations: Iterable[Evaluation]) -> dict[str, list[PredictionPair]]:
    """By metric, in the order of the log, every prediction that was measured later."""
    pairs_by_metric: dict[str, list[PredictionPair]] = defaultdict(list)
    for evaluation in evaluations:
        if evaluation.ok:
            for name, predicted in evaluation.predicted.items():
                if name in evaluation.metrics:
                    measured = evaluation.metrics[name]
                    pairs_by_metric[name].append(
                        PredictionPair(evaluation.number, evaluation.cycle, predicted, measured)
                    )
    return dict(pairs_by_metric)


def quality_by_cycle(evaluations: Iterable[Evaluation], window: int = 0) -> list[Quality]:
    """A row for each metric and cycle with predictions, metrics by name, cycles ascending.

    A cycle is judged by its own predictions; where these are fewer than `window`, by the last
    `window` of its own and of earlier cycles.
    """
    rows = []
    for metric, pairs in sorted(prediction_pairs(evaluations).items()):
        pairs.sort(key=lambda pair: pair.cycle)  # with several workers, cycles overlap in the log
        cycles = np.array([pair.cycle for pair in pairs])
        for cycle in np.unique(cycles):
            start, end = np.searchsorted(cycles, [cycle, cycle + 1])
            rows.append(
                _quality_of(int(cycle), metric, pairs[max(min(start, end - window), 0) : end])
            )
    return rows


class QualityTracker:
    """`quality_by_cycle`, without and with `WINDOW`, of a growing run; an update costs what is new.

    Not thread-safe.
    """

    def __init__(self) -> None:
        self._evaluation_count = 0
        self._pairs: dict[str, dict[int, list[PredictionPair]]] = defaultdict(
            lambda: defaultdict(list)
        )
        self._rows: dict[str, dict[int, tuple[Quality, Quality]]] = defaultdict(dict)

    def follow(self, evaluations: Sequence[Evaluation]) -> None:
        """Process the new evaluations of a list that grows at its end."""
        new_evaluations = evaluations[self._evaluation_count :]
        self._evaluation_count += len(new_evaluations)
        for metric, pairs in prediction_pairs(new_evaluations).items():
            for pair in pairs:
                self._pairs[metric][pair.cycle].append(pair)
            earliest = min(pair.cycle for pair in pairs)
            rows = self._rows[metric]
            for cycle in [cycle for cycle in rows if cycle >= earliest]:
                del rows[cycle]  # its window may reach back to what has changed

    def rows(self, metric: str) -> list[tuple[Quality, Quality]]:
        """For each cycle, ascending: the quality of its predictions, and of the last `WINDOW`."""
        if metric not in self._pairs:
            return []
        rows, cycles = self._rows[metric], sorted(self._pairs[metric])
        for i, cycle in enumerate(cycles):
            if cycle not in rows:
                cycle_pairs = self._pairs[metric][cycle]
                recent_pairs = self._recent_pairs(metric, cycles[: i + 1])
                rows[cycle] = (
                    _quality_of(cycle, metric, cycle_pairs),
                    _quality_of(cycle, metric, recent_pairs),
                )
        return [rows[cycle] for cycle in cycles]

    def _recent_pairs(self, metric: str, cycles: list[int]) -> list[PredictionPair]:
        cycle_pairs = recent_pairs = self._pairs[metric][cycles[-1]]
        for cycle in reversed(cycles[:-1]):
            if len(recent_pairs) >= WINDOW:
                break
            recent_pairs = [*self._pairs[metric][cycle], *recent_pairs]
        return recent_pairs[-max(len(cycle_pairs), WINDOW) :]


def _quality_of(cycle: int, metric: str, pairs: list[PredictionPair]) -> Quality:
    predicted = np.array([pair.predicted for pair in pairs])
    measured = np.array([pair.measured for pair in pairs])
    error = predicted - measured
    return Quality(
        cycle,
        metric,
        len(pairs),
        kendall_tau(predicted, measured),
        float(np.sqrt(np.mean(error**2))),
        float(error.mean()),
    )
