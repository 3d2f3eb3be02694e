"""Whether what was measured can be a value of its metric: the one place that decides it."""

from collections.abc import Mapping, Sequence

from engine.errors import EvaluationError
from engine.metrics import metric
from engine.quoting import quoted

HELD_OUT = "test_acc"
"""Top-1 accuracy on images that no search sees: asked for by name, and no objective."""


def refusal(name: str, value: object) -> str:
    """Why `value` is none of the metric called `name`, as the end of a sentence; empty if it is."""
    return metric("acc" if name == HELD_OUT else name).refusal(value)


def checked(returned: object, metrics: Sequence[str], supernet: str) -> dict[str, float]:
    """The numbers of `metrics` in what the measurement of a supernet returned.

    What was not asked for is left out. Raises EvaluationError that names the metric and the value
    where a number is missing or cannot be one of its metric.
    """
    if not isinstance(returned, Mapping):
        raise EvaluationError(
            f"{supernet} returned {quoted(returned, 60)} of type {type(returned).__name__} for a "
            "measurement: a number by the name of its metric is wanted. Repair its measure()."
        )
    values: dict[str, float] = {}
    for name in metrics:
        if name not in returned:
            if name == HELD_OUT:
                raise EvaluationError(f"{supernet} has no images held out for a test.")
            raise EvaluationError(f"{supernet} gave no {name}, which was asked for.")
        if why := refusal(name, returned[name]):
            raise EvaluationError(f"{supernet} measured {name}, which {why}.")
        values[name] = float(returned[name])
    return values
