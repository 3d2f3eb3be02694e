"""Checks that measured values are valid for their metrics."""

from collections.abc import Mapping, Sequence

from engine.errors import EvaluationError
from engine.metrics import metric
from engine.tasks.base import held_out_metric


def refusal(name: str, value: object) -> str:
    """Why `value` is invalid for the metric `name`, as the end of a sentence; empty if valid."""
    return metric(held_out_metric(name) or name).refusal(value)


def checked_values(
    raw_values: Mapping[str, object], metrics: Sequence[str], supernet: str
) -> dict[str, float]:
    """The values of `metrics` among the `raw_values` of a measurement; others are dropped.

    Raises EvaluationError that names the metric and the value if one is missing or invalid.
    """
    values: dict[str, float] = {}
    for name in metrics:
        if name not in raw_values:
            raise EvaluationError(f"{supernet} returned no {name}, which was requested.")
        if reason := refusal(name, raw_values[name]):
            raise EvaluationError(f"{supernet} measured {name}, which {reason}.")
        values[name] = float(raw_values[name])  # type: ignore[arg-type]  # it is a number
    return values
