"""Whether what was measured can be a value of its metric: the one place that decides it."""

from collections.abc import Mapping, Sequence

from engine.errors import EvaluationError
from engine.metrics import metric
from engine.tasks.base import held_out_metric


def refusal(name: str, value: object) -> str:
    """Why `value` is none of the metric called `name`, as the end of a sentence; empty if it is."""
    return metric(held_out_metric(name) or name).refusal(value)


def checked(
    returned: Mapping[str, object], metrics: Sequence[str], supernet: str
) -> dict[str, float]:
    """The numbers of `metrics` in what the measurement of a supernet returned.

    What was not asked for is left out. Raises EvaluationError that names the metric and the value
    where a number is missing or cannot be one of its metric.
    """
    values: dict[str, float] = {}
    for name in metrics:
        if name not in returned:
            raise EvaluationError(f"{supernet} gave no {name}, which was asked for.")
        if why := refusal(name, returned[name]):
            raise EvaluationError(f"{supernet} measured {name}, which {why}.")
        values[name] = float(returned[name])  # type: ignore[arg-type]  # it is a number
    return values
