"""Suggested sub-networks of the front, each with its reason in one sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.analysis.equal_within_noise import equality_text
from engine.analysis.value_differences import difference_text
from engine.evaluation.record import Evaluation
from engine.evaluation.uncertainty import is_within_noise, leaner_equal, noise
from engine.metrics import Metric
from engine.pareto.decision_making import (
    compromise,
    high_tradeoff,
    knee,
    nearest_pseudo_weights,
    normalised_weights,
    pseudo_weights,
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
    """The suggestions, and sentences on those that are not possible."""

    suggestions: tuple[Suggestion, ...]
    notes: tuple[str, ...] = ()

    @property
    def by_number(self) -> dict[int, list[Suggestion]]:
        """The suggestions of each sub-network, in their order."""
        reasons: dict[int, list[Suggestion]] = {}
        for suggestion in self.suggestions:
            for number in suggestion.numbers:
                reasons.setdefault(number, []).append(suggestion)
        return reasons

    @property
    def marks(self) -> dict[int, str]:
        """The labels in the chart, by number."""
        return {
            number: ", ".join(suggestion.mark for suggestion in reasons)
            for number, reasons in self.by_number.items()
        }


def suggest(
    front: Sequence[Evaluation],
    objectives: Sequence[Metric],
    weights: Mapping[str, float] | None = None,
) -> Suggestions:
    """Suggestions from the part of the measured front that is within the limits.

    `weights` are by name of an objective, none negative; a missing one counts as 0. Without
    weights, which nobody has given then, those of all objectives are equal.
    """
    whose = "equal" if weights is None else "your"
    weights = dict.fromkeys((o.name for o in objectives), 1.0) if weights is None else weights
    if not front:
        return Suggestions((), ("No sub-network of the front is within these limits. Loosen one.",))
    if len(objectives) == 1:
        objective = objectives[0]
        reason = f"The run has one objective, and this is its best {objective.label}."
        return Suggestions(
            (Suggestion((front[0].number,), f"Best {objective.label}", "best", reason),)
        )
    points = minimised(front, objectives)
    weight_shares = normalised_weights(np.array([weights.get(o.name, 0.0) for o in objectives]))
    suggestions, notes = [], []
    knee_index = knee(points)
    if knee_index is None:
        notes.append(no_knee_reason(len(front)))
    else:
        distance = _distance_from_best(front, objectives, knee_index)
        reason = f"Beyond it, more of one objective costs the most of the others: {distance}."
        suggestions.append(
            Suggestion((front[knee_index].number,), "Good balance (knee)", "knee", reason)
        )
        suggestions += _equal_suggestion(front, objectives, knee_index, "knee")
    suggestions += _tradeoff_suggestions(front, points)
    suggestions += _weight_suggestions(front, objectives, points, weight_shares, whose)
    return Suggestions(tuple(suggestions), tuple(notes))


def no_knee_reason(count: int) -> str:
    """Why a front of `count` sub-networks has no knee point, a sentence."""
    if count < 3:
        return "No good balance to name: it takes three sub-networks or more for a front to bend."
    return "No good balance to name: the front does not bend towards the best of all objectives."


def _tradeoff_suggestions(front: Sequence[Evaluation], points: Points) -> list[Suggestion]:
    numbers = tuple(front[i].number for i in high_tradeoff(points)[:_MOST_TRADEOFFS])
    reason = (
        "What is better in one objective costs far more in the others here than it does elsewhere "
        "on the front."
    )
    return (
        [Suggestion(numbers, "Hard to improve on (high trade-off)", "trade-off", reason)]
        if numbers
        else []
    )


def _weight_suggestions(
    front: Sequence[Evaluation],
    objectives: Sequence[Metric],
    points: Points,
    weight_shares: Points,
    whose: str,
) -> list[Suggestion]:
    best_index, nearest_index = (
        compromise(points, weight_shares),
        nearest_pseudo_weights(points, weight_shares),
    )
    nearest_weights = _shares_text(objectives, pseudo_weights(points)[nearest_index])
    equal = _equal_suggestion(front, objectives, best_index, "weights")
    return [
        Suggestion(
            (front[best_index].number,),
            f"Best for {whose} weights",
            "weights",
            f"By {whose} weights it stays closest to the best of every objective: "
            f"{_distance_from_best(front, objectives, best_index)}.",
        ),
        *equal,
        Suggestion(
            (front[nearest_index].number,),
            f"Most like {whose} weights (pseudo-weights)",
            "pseudo-weights",
            f"Its place on the front stands for {nearest_weights}; {whose} weights are "
            f"{_shares_text(objectives, weight_shares)}.",
        ),
    ]


def _equal_suggestion(
    front: Sequence[Evaluation], objectives: Sequence[Metric], index: int, mark: str
) -> list[Suggestion]:
    """The leanest sub-network that equals a suggested one within noise; empty if none does."""
    equal = leaner_equal(front, front[index], objectives)
    if equal is None:
        return []
    return [
        Suggestion(
            (equal.number,),
            f"Equal within noise to #{front[index].number} ({mark}), and leaner",
            f"equal to {mark}",
            f"It is {equality_text(front[index], equal, objectives)}.",
        )
    ]


def _shares_text(objectives: Sequence[Metric], shares: Points) -> str:
    return ", ".join(f"{o.label} {s:.0%}" for o, s in zip(objectives, shares, strict=True)).replace(
        "%", " %"
    )


def _distance_from_best(
    front: Sequence[Evaluation], objectives: Sequence[Metric], index: int
) -> str:
    """How far a sub-network is from the best value of each objective, as text."""
    parts = []
    for objective in objectives:
        name, sign, chosen = objective.name, objective.sign, front[index]
        best = min(front, key=lambda e: sign * e.metrics[name])
        distance = sign * (chosen.metrics[name] - best.metrics[name])
        if is_within_noise(objective, distance, noise(name, chosen, best)):
            equal = "as good as" if distance == 0 else "equal within noise to"
            parts.append(f"{equal} the best in {objective.label}")
        else:
            side = "above" if objective.direction == "min" else "below"
            parts.append(
                f"{difference_text(objective, distance)} {side} the best in {objective.label}"
            )
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]
