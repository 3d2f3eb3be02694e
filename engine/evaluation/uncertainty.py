"""The uncertainty of shares such as accuracy, which are measured on a limited number of inputs.

Another draw of as many inputs would give another accuracy. The standard error says by how much: it
is the standard deviation of a binomial share, or an upper bound of it where the score of an input
is not just right or wrong (Bhatia, Davis, "A Better Bound on the Variance", The American
Mathematical Monthly 107(4), 2000).

Two sub-networks are measured on the same inputs, and often wrong on the same ones. The errors of
their difference are then smaller than those of independent measurements, by how much only the
outcome of each input would tell, which is not recorded. `difference_error` is therefore an upper
bound: that of independent measurements. A difference below it counts as none, as in the
one-standard-error rule (Breiman, Friedman, Olshen, Stone, "Classification and Regression Trees",
1984, section 3.4.3).
"""

import math
from collections.abc import Sequence

from engine.column_names import ERROR_SUFFIX
from engine.evaluation.quality_conditions import INPUTS, measured_with
from engine.evaluation.record import Evaluation
from engine.metrics import Metric, find_metric
from engine.sources import COMPUTED_SOURCES, source_kind

REPEATED = 0.02
"""Points by which repeated measurements of one accuracy on the same inputs differ (one standard
deviation): the smallest difference between accuracies that counts, also where the number of inputs
is not known."""


def standard_error(metric: Metric, value: float, inputs: int | None) -> float | None:
    """The standard error of a share of so many `inputs`, in points; None where it is not known.

    It is known for percentages from 0 to 100 that are not computed. A value at an end, whose
    binomial error would be zero, counts as half an input away from it.

    >>> from engine.metrics import metric
    >>> round(standard_error(metric("acc"), 91.0, 5000), 3)
    0.405
    """
    is_share = metric.unit == "%" and (metric.lowest, metric.highest) == (0.0, 100.0)
    if not is_share or metric.computable or not inputs or not math.isfinite(value):
        return None
    edge = 0.5 / inputs
    share = min(max(value / 100.0, edge), 1.0 - edge)
    return 100.0 * math.sqrt(share * (1.0 - share) / inputs)


def evaluation_error(name: str, evaluation: Evaluation) -> float | None:
    """The standard error of the metric `name` of an evaluation; None where it is not known.

    It is not known of values that were not measured, and in logs of older versions.
    """
    metric, value = find_metric(name), evaluation.metrics.get(name)
    inputs = measured_with(name, evaluation).get(INPUTS)
    if metric is None or value is None or not isinstance(inputs, int):
        return None
    return standard_error(metric, value, inputs)


def uncertain_metrics(evaluations: Sequence[Evaluation]) -> list[str]:
    """The metrics of which a standard error is known in one of the evaluations."""
    first_of_conditions: dict[tuple[object, ...], Evaluation] = {}
    for e in evaluations:
        if e.ok and e.quality_conditions:
            key = (id(e.quality_conditions), id(e.sources))  # equal ones are shared
            first_of_conditions.setdefault(key, e)
    names = (
        name
        for e in first_of_conditions.values()
        for name in e.metrics
        if evaluation_error(name, e) is not None
    )
    return list(dict.fromkeys(names))


def difference_error(name: str, first: Evaluation, second: Evaluation) -> float:
    """An upper bound of the standard error of a difference between two evaluations in a metric.

    0 where no standard error is known.
    """
    errors = [evaluation_error(name, e) or 0.0 for e in (first, second)]
    return math.hypot(*errors)


def noise(name: str, first: Evaluation, second: Evaluation) -> float:
    """The difference of two evaluations in the metric `name` below which they count as equal.

    0 where neither value was measured: what is computed from a configuration, such as the output
    of a published predictor, is the same each time. It may be off, but that is no noise.
    """
    if not any(_was_measured(name, evaluation) for evaluation in (first, second)):
        return 0.0
    return max(difference_error(name, first, second), REPEATED)


def _was_measured(name: str, evaluation: Evaluation) -> bool:
    """Whether a value was measured, here or elsewhere; a log without a source does not say."""
    source = evaluation.sources.get(name, "")
    return source_kind(source) not in COMPUTED_SOURCES


def is_within_noise(metric: Metric, difference: float, threshold: float = REPEATED) -> bool:
    """Whether two values that differ by `difference` count as equal.

    Shares do below `threshold`, as of `noise`; other metrics where they are the same.
    """
    if metric.unit != "%" or metric.computable:
        return difference == 0
    rounded_difference = round(abs(difference), 6)
    return rounded_difference == 0 or rounded_difference < threshold


def leaner_equal(
    candidates: Sequence[Evaluation], chosen: Evaluation, metrics: Sequence[Metric]
) -> Evaluation | None:
    """The candidate that is equal to `chosen` within noise and costs least; None if none is leaner.

    Of `metrics`, it is within the noise of a measured share, at least as good in all the others and
    better in one of them. The costs of several count as shares of those of `chosen`.
    """
    best, least = None, 0.0
    for candidate in candidates:
        cost = 0.0
        for metric in metrics:
            values = [e.metrics.get(metric.name, math.nan) for e in (candidate, chosen)]
            difference = metric.sign * (values[0] - values[1])
            has_error = difference_error(metric.name, candidate, chosen) > 0
            threshold = noise(metric.name, candidate, chosen)
            if has_error and is_within_noise(metric, difference, threshold):
                continue
            if not difference <= 0:
                break
            cost += difference / (abs(values[1]) or 1.0)
        else:
            if cost < least:
                best, least = candidate, cost
    return best


def error_column(name: str) -> str:
    """The name of the column with the standard errors of a metric."""
    return f"{name}{ERROR_SUFFIX}"


def rounded(error: float | None, unknown: str | None = None) -> float | str | None:
    """An error with four digits for exports; `unknown` for None."""
    return unknown if error is None else float(f"{error:.4g}")
