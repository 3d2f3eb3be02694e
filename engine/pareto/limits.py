"""Limits on the metrics of a front: sensible values, and the sub-networks within them."""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from engine.constraints import Constraint
from engine.evaluation.record import Evaluation
from engine.metrics import Metric

_LIMIT_COUNT = 60
_LOGARITHMIC_RATIO = 3.0  # largest by smallest value, from which steps are logarithmic
_EQUAL_DIGITS = 4
_MAX_DECIMALS = {"%": 2}  # the precision of a measured accuracy
_DEFAULT_MAX_DECIMALS = 12


def is_within_limits(
    evaluations: Sequence[Evaluation], limits: Sequence[Constraint]
) -> npt.NDArray[np.bool_]:
    """`(n,)` whether each meets all limits. A sub-network without the metric of one meets none."""
    is_within = np.ones(len(evaluations), dtype=bool)
    for limit in limits:
        values = [e.metrics.get(limit.metric.name, math.nan) for e in evaluations]
        is_within &= limit.violation(values) == 0
    return is_within


def sensible_limits(limited_metric: Metric, values: Sequence[float]) -> list[float]:
    """Limits to choose from, ascending, rounded: from the best of `values` to the worst.

    Steps are even, or even in ratio where counts such as MACs span a wide range. All `values` meet
    the loosest limit, and only the best of them, within rounding, the tightest.
    A single limit if all values are equal; raises ValueError if there are none.
    """
    low, high = min(values), max(values)
    is_logarithmic = limited_metric.computable and low > 0 and high / low >= _LOGARITHMIC_RATIO
    if low == high:
        return [_rounded(low, _EQUAL_DIGITS - 1 - _exponent(abs(low)), limited_metric)]
    spaced = np.geomspace if is_logarithmic else np.linspace
    ratio = math.log(high / low) if is_logarithmic else 0.0
    limits = set()
    for step in spaced(low, high, _LIMIT_COUNT).tolist():
        distance = (step * ratio if is_logarithmic else high - low) / _LIMIT_COUNT
        limits.add(_rounded(step, -_exponent(distance), limited_metric))
    return sorted(limits)


def _exponent(value: float) -> int:
    return math.floor(math.log10(value)) if value > 0 else 0


def _rounded(value: float, decimals: int, limited_metric: Metric) -> float:
    """The next rounded number that is no better than `value`."""
    rounds_up = limited_metric.direction == "min"
    decimals = min(decimals, _MAX_DECIMALS.get(limited_metric.unit, _DEFAULT_MAX_DECIMALS))
    step, factor = 10.0 ** max(-decimals, 0), 10.0 ** max(decimals, 0)
    multiple = math.ceil(value * factor / step) if rounds_up else math.floor(value * factor / step)
    rounded = multiple * step / factor
    if (rounded < value) if rounds_up else (rounded > value):  # a floating-point error
        rounded = (multiple + (1 if rounds_up else -1)) * step / factor
    return rounded
