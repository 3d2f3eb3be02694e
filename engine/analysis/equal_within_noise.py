"""Sub-networks that are as good as another one within noise, and leaner."""

from collections.abc import Sequence

import numpy as np

from engine.analysis.value_differences import difference_text
from engine.bound_text import COUNT_UNITS
from engine.evaluation.record import Evaluation
from engine.evaluation.uncertainty import difference_error, evaluation_error, leaner_equal
from engine.metrics import Metric
from engine.runs.history import RunHistory

_MARGIN = 2.0  # standard errors of one value, more than those of a difference of two that are alike


def leaner_of_run(
    history: RunHistory, numbers: Sequence[int], chosen: Evaluation, metrics: Sequence[Metric]
) -> Evaluation | None:
    """`leaner_equal` among the evaluations of a run with these `numbers`."""
    columns, rows = history.columns(), np.asarray(numbers, dtype=np.int64) - 1
    is_near = np.ones(len(rows), dtype=bool)
    for metric in metrics:
        difference = metric.sign * (
            columns.column(metric.name)[rows] - chosen.metrics.get(metric.name, np.nan)
        )
        is_near &= difference <= _MARGIN * (evaluation_error(metric.name, chosen) or 0.0)
    return leaner_equal([history.evaluations[row] for row in rows[is_near]], chosen, metrics)


def equality_text(first: Evaluation, second: Evaluation, metrics: Sequence[Metric]) -> str:
    """How `second` differs from `first`, which equals it within noise, as the end of a sentence.

    Such as `0.31 points below #17 in Top-1 accuracy, less than the standard error of the difference
    (0.57 points); 1.20 M MACs less`: the gains in the other metrics come last.
    """
    parts, gains = [], []
    for metric in metrics:
        difference = second.metrics[metric.name] - first.metrics[metric.name]
        error = difference_error(metric.name, first, second)
        amount = difference_text(metric, difference)
        if error:
            side = "below" if difference < 0 else "above"
            parts.append(
                f"{amount} {side} #{first.number} in {metric.label}, less than the standard error "
                f"of the difference ({difference_text(metric, error)})"
            )
        elif difference:
            change = "less" if difference < 0 else "more"
            is_count = metric.unit in COUNT_UNITS
            gains.append(f"{amount} {change}" + ("" if is_count else f" {metric.label}"))
    return "; ".join([*parts, *gains])
