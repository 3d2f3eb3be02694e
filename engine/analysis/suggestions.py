"""Sub-networks of the front that deserve a look first, each with its reason in one sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.analysis.value_differences import amount, is_noise
from engine.evaluation.record import Evaluation
from engine.metrics import Metric
from engine.pareto.decision_making import (
    compromise,
    high_tradeoff,
    knee,
    nearest_pseudo_weights,
    pseudo_weights,
    shares_of,
)
from engine.pareto.front import minimised
from engine.pareto.points import Points

_MOST_TRADEOFFS = 3


@dataclass(frozen=True)
class Suggestion:
    """Sub-networks with one reason: `title` names it, `mark` is the label in the chart."""

    numbers: tuple[int, ...]
    title: str
    mark: str
    reason: str


@dataclass(frozen=True)
class Suggestions:
    """What is suggested, and sentences on what cannot be."""

    found: tuple[Suggestion, ...]
    notes: tuple[str, ...] = ()

    @property
    def marks(self) -> dict[int, str]:
        """The labels in the chart by number."""
        marks: dict[int, list[str]] = {}
        for one in self.found:
            for number in one.numbers:
                marks.setdefault(number, []).append(one.mark)
        return {number: ", ".join(labels) for number, labels in marks.items()}


def suggest(
    front: Sequence[Evaluation], objectives: Sequence[Metric], weights: Mapping[str, float]
) -> Suggestions:
    """Suggestions from the part of the measured front that is still in question.

    `weights` are by name of an objective, none negative; one that is not there counts as 0.
    """
    if not front:
        return Suggestions((), ("Nothing of the front keeps to these limits: loosen one.",))
    if len(objectives) == 1:
        only = objectives[0]
        reason = f"The run has one objective, and this is its best {only.label}."
        return Suggestions((Suggestion((front[0].number,), f"Best {only.label}", "best", reason),))
    points = minimised(front, objectives)
    wanted = shares_of(np.array([weights.get(o.name, 0.0) for o in objectives]))
    found, notes = [], []
    bend = knee(points)
    if bend is None:
        notes.append(_why_no_knee(len(front)))
    else:
        reason = f"The front bends most here: {_from_the_best(front, objectives, bend)}."
        found.append(Suggestion((front[bend].number,), "Knee point", "knee", reason))
    found += _tradeoffs(front, points)
    found += _by_weights(front, objectives, points, wanted)
    return Suggestions(tuple(found), tuple(notes))


def _why_no_knee(count: int) -> str:
    if count < 3:
        return "No knee point: it takes three sub-networks or more for a front to bend."
    return "No knee point: the front does not bend towards the best of all objectives."


def _tradeoffs(front: Sequence[Evaluation], points: Points) -> list[Suggestion]:
    numbers = tuple(front[i].number for i in high_tradeoff(points)[:_MOST_TRADEOFFS])
    reason = (
        "Neighbours that are better in one objective cost far more in the others than they do "
        "elsewhere on the front."
    )
    return [Suggestion(numbers, "High trade-off", "trade-off", reason)] if numbers else []


def _by_weights(
    front: Sequence[Evaluation],
    objectives: Sequence[Metric],
    points: Points,
    wanted: Points,
) -> list[Suggestion]:
    best, near = compromise(points, wanted), nearest_pseudo_weights(points, wanted)
    place = _shares(objectives, pseudo_weights(points)[near])
    return [
        Suggestion(
            (front[best].number,),
            "Best for your weights",
            "weights",
            "Its largest weighted shortfall is the smallest: "
            f"{_from_the_best(front, objectives, best)}.",
        ),
        Suggestion(
            (front[near].number,),
            "Nearest pseudo-weights",
            "pseudo-weights",
            f"Its place on the front stands for {place}; your weights are "
            f"{_shares(objectives, wanted)}.",
        ),
    ]


def _shares(objectives: Sequence[Metric], shares: Points) -> str:
    return ", ".join(f"{o.label} {s:.0%}" for o, s in zip(objectives, shares, strict=True)).replace(
        "%", " %"
    )


def _from_the_best(front: Sequence[Evaluation], objectives: Sequence[Metric], index: int) -> str:
    """How far a sub-network is from the best value of each objective."""
    parts = []
    for objective in objectives:
        best = min(objective.sign * e.metrics[objective.name] for e in front)
        short = objective.sign * front[index].metrics[objective.name] - best
        if is_noise(objective, short):
            parts.append(f"as good as the best in {objective.label}")
        else:
            side = "above" if objective.direction == "min" else "below"
            parts.append(f"{amount(objective, short)} {side} the best in {objective.label}")
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]
