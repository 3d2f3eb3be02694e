"""Remarks on latencies of a sub-network that other programs disturbed while they were timed."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from engine.evaluation.record import Evaluation
from engine.meters.conditions import disturbance_text, disturbance_warning
from engine.meters.registry import is_machine_specific
from engine.metrics import find_metric


def disturbance_mark(evaluation: Evaluation, names: Iterable[str]) -> str:
    """Such as `Latency slowed by other programs`; empty if none of the metrics `names` was."""
    marks: dict[str, list[str]] = {}
    for label, conditions in _disturbed(evaluation, names):
        marks.setdefault(disturbance_text(conditions), []).append(label)
    return "; ".join(f"{', '.join(labels)} {mark}" for mark, labels in marks.items())


def disturbance_remarks(evaluation: Evaluation, names: Iterable[str]) -> list[str]:
    """A sentence or two for each of the metrics `names` that other programs disturbed."""
    return [
        f"{label} of sub-network {evaluation.number}: {disturbance_warning(conditions)}"
        for label, conditions in _disturbed(evaluation, names)
    ]


def _disturbed(
    evaluation: Evaluation, names: Iterable[str]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The label of each disturbed metric, and what it was timed under."""
    for name in dict.fromkeys(names):
        if name not in evaluation.metrics:
            continue
        conditions = evaluation.imported_conditions.get(name)
        if conditions is None:
            conditions = evaluation.conditions if is_machine_specific(name) else {}
        if disturbance_warning(conditions):
            known_metric = find_metric(name)
            yield known_metric.label if known_metric else name, conditions
