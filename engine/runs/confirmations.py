"""Confirmations: the repeated measurements of a run, and the front by their means."""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from engine.column_names import CONFIRMED_SUFFIX
from engine.evaluation.record import Evaluation
from engine.evaluation.uncertainty import (
    REPEATED,
    difference_error,
    evaluation_error,
    is_within_noise,
)
from engine.metrics import Metric
from engine.pareto.front import minimised, non_dominated
from engine.pareto.points import Points

KIND = "confirmed"
"""The kind of event that records one repeated measurement."""

Standing = Literal["stays", "drops out within noise", "drops out", "joins", "stays out"]
"""What the confirmation says of a sub-network's place on the front."""


@dataclass(frozen=True)
class Confirmed:
    """The mean of `repeats` measurements, and its standard error; None where it is not known."""

    value: float
    error: float | None
    repeats: int


def confirmed_column(name: str) -> str:
    """The name of the column with the means of repeated measurements of a metric."""
    return f"{name}{CONFIRMED_SUFFIX}"


class Confirmations:
    """The repeated measurements that a log records, by the number of the evaluation."""

    def __init__(self) -> None:
        self._metrics: dict[int, dict[int, Mapping[str, float]]] = {}
        self.failed: dict[int, dict[int, str]] = {}
        self.seconds = 0.0

    def add(self, data: Mapping[str, Any]) -> None:
        """Add the data of an event: number, repeat, metrics, seconds, and a reason if it failed."""
        number, repeat = data["number"], data["repeat"]
        if data.get("reason"):
            self.failed.setdefault(number, {})[repeat] = data["reason"]
        else:
            self._metrics.setdefault(number, {})[repeat] = data["metrics"]
        self.seconds += data["seconds"]

    def __len__(self) -> int:
        """How many measurements there are, failed ones included."""
        measured = sum(map(len, self._metrics.values()))
        return measured + sum(map(len, self.failed.values()))

    @property
    def numbers(self) -> list[int]:
        """The evaluations that were measured again, in order."""
        return sorted(self._metrics)

    @property
    def metrics(self) -> list[str]:
        """The metrics that were measured again."""
        repeats = (values for by_repeat in self._metrics.values() for values in by_repeat.values())
        return list(dict.fromkeys(name for values in repeats for name in values))

    def has(self, number: int, repeat: int) -> bool:
        """Whether a measurement was made, or failed."""
        return repeat in self._metrics.get(number, ()) or repeat in self.failed.get(number, ())

    def values(self, number: int, name: str) -> list[float]:
        """The repeated values of a metric in the order of the repeats."""
        repeats = self._metrics.get(number, {})
        return [repeats[repeat][name] for repeat in sorted(repeats) if name in repeats[repeat]]

    def confirmed(self, name: str, evaluation: Evaluation) -> Confirmed | None:
        """The mean of the repeats of a metric; None without any.

        Its variance is that of the share of inputs, which are the same in each repeat, and that of
        the repeats divided by their number. The value of the search is not among them: it decided
        which sub-networks are on the front, and is too good on average.
        """
        values = self.values(evaluation.number, name)
        if not values:
            return None
        mean, error = statistics.fmean(values), evaluation_error(name, evaluation)
        spread = statistics.stdev(values) if len(values) > 1 else REPEATED if error else None
        if spread is not None:
            error = math.hypot(error or 0.0, spread / math.sqrt(len(values)))
        return Confirmed(mean, error, len(values))

    def standings(
        self, evaluations: Sequence[Evaluation], front: frozenset[int], objectives: Sequence[Metric]
    ) -> dict[int, Standing]:
        """The standing of each confirmed sub-network, by number.

        The front is that of the means among what was confirmed. `front` has the numbers of the
        search's own. A member drops out within noise if one that dominates it does so by less than
        the standard error of their difference in a measured share.
        """
        members = [evaluations[number - 1] for number in self.numbers if number <= len(evaluations)]
        points = self._points(members, objectives)
        on_front = non_dominated(points)
        standings: dict[int, Standing] = {}
        for i, e in enumerate(members):
            if e.number not in front:
                standings[e.number] = "joins" if on_front[i] else "stays out"
            elif on_front[i]:
                standings[e.number] = "stays"
            else:
                dominating = np.flatnonzero(on_front & (points <= points[i]).all(axis=1))
                is_clear = any(
                    not self._is_noise(e, members[j], points[i] - points[j], objectives)
                    for j in dominating
                )
                standings[e.number] = "drops out" if is_clear else "drops out within noise"
        return standings

    def _points(self, members: Sequence[Evaluation], objectives: Sequence[Metric]) -> Points:
        points = minimised(members, objectives)
        for i, e in enumerate(members):
            for j, objective in enumerate(objectives):
                if confirmed := self.confirmed(objective.name, e):
                    points[i, j] = objective.sign * confirmed.value
        return points

    def _is_noise(
        self,
        first: Evaluation,
        second: Evaluation,
        differences: Points,
        objectives: Sequence[Metric],
    ) -> bool:
        """Whether the measured shares of two sub-networks are equal within noise."""
        uncertain = [
            (o, float(d), max(difference_error(o.name, first, second), REPEATED))
            for o, d in zip(objectives, differences, strict=True)
            if self.values(first.number, o.name)
        ]
        return bool(uncertain) and all(is_within_noise(o, d, noise) for o, d, noise in uncertain)


def near_front(
    evaluations: Sequence[Evaluation],
    front: Sequence[Evaluation],
    objectives: Sequence[Metric],
    uncertain: Sequence[str],
) -> list[Evaluation]:
    """Evaluations off the front that are on it within noise, the nearest first.

    They are at most as many as the front has. A credit of one standard error of a difference in
    the `uncertain` metrics would put them on the front.
    """
    is_uncertain = np.array([o.name in uncertain for o in objectives])
    if not is_uncertain.any() or not front:
        return []
    on_front = {e.number for e in front}
    others = [e for e in evaluations if e.ok and e.number not in on_front]
    points, best = minimised(others, objectives), minimised(front, objectives)
    needed: list[tuple[float, Evaluation]] = []
    for e, point in zip(others, points, strict=True):
        if not np.isfinite(point).all():
            continue
        errors = np.array(
            [max(difference_error(o.name, e, e), REPEATED) for o in objectives], dtype=np.float64
        )
        credit = (point - best)[:, is_uncertain] / errors[is_uncertain]
        is_cheaper = (best <= point)[:, ~is_uncertain].all(axis=1)
        most = float(credit.min(axis=1)[is_cheaper].max(initial=-math.inf))
        if most < 1.0:
            needed.append((most, e))
    needed.sort(key=lambda pair: (pair[0], pair[1].number))
    return [e for _, e in needed[: len(front)]]
