"""Puts the imported latencies of a run into its evaluations, which are stored without them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.evaluation.record import Evaluation
from engine.sources import IMPORTED


@dataclass(frozen=True)
class ImportedLatency:
    """The value of a metric in ms for the evaluation with that number, and its conditions."""

    metric: str
    evaluation: int
    value: float
    conditions: Mapping[str, Any]


class LatencyOverlay:
    """The imported latencies of a run so far. A later import replaces values of an earlier one."""

    def __init__(self) -> None:
        self._latencies: dict[int, dict[str, ImportedLatency]] = {}

    def add(self, event_data: Mapping[str, Any], evaluations: list[Evaluation]) -> list[Evaluation]:
        """Add those of an event of the kind `latencies`.

        Replaces their evaluations in the list, as far as it has them, and returns the new ones.
        """
        added = [ImportedLatency(**plain) for plain in event_data["latencies"]]
        for latency in added:
            self._latencies.setdefault(latency.evaluation, {})[latency.metric] = latency
        numbers = {latency.evaluation for latency in added}
        indices = [number - 1 for number in sorted(numbers) if 0 < number <= len(evaluations)]
        for index in indices:
            evaluations[index] = self.apply(evaluations[index])
        return [evaluations[index] for index in indices]

    def apply(self, evaluation: Evaluation) -> Evaluation:
        """The evaluation with its imported latencies, each with the source `imported`."""
        latencies = self._latencies.get(evaluation.number)
        if not latencies:
            return evaluation
        return replace(
            evaluation,
            metrics={**evaluation.metrics, **{n: x.value for n, x in latencies.items()}},
            sources={**evaluation.sources, **dict.fromkeys(latencies, IMPORTED)},
            imported_conditions={n: dict(x.conditions) for n, x in latencies.items()},
        )


def without_imported_latencies(evaluation: Evaluation) -> Evaluation:
    """The evaluation as it is stored."""
    names = evaluation.imported_conditions
    if not names:
        return evaluation
    return replace(
        evaluation,
        metrics={name: value for name, value in evaluation.metrics.items() if name not in names},
        sources={name: value for name, value in evaluation.sources.items() if name not in names},
        imported_conditions={},
    )
