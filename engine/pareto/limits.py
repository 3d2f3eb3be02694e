"""Bounds that are tried on a front: which values make sense, and what keeps to them."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from engine.evaluation.record import Evaluation
from engine.metrics import Metric, metric

_STEPS = 60
_WIDE = 3.0  # the ratio of the largest to the smallest value from which steps are logarithmic
_EQUAL_DIGITS = 4
_MOST_DECIMALS = {"%": 2}  # a measured accuracy says no more
_ELSE = 12  # decimals


def within(evaluations: Sequence[Evaluation], limits: Mapping[str, float]) -> npt.NDArray[np.bool_]:
    """`(n,)` whether each keeps to all limits: at most where less is better, else at least.

    `limits` are by name of the metric, in its unit. A sub-network without the metric keeps to none.
    """
    kept = np.ones(len(evaluations), dtype=bool)
    for name, limit in limits.items():
        sign = metric(name).sign
        values = np.array([sign * e.metrics.get(name, math.nan) for e in evaluations])
        kept &= values <= sign * limit
    return kept


def sensible_limits(own: Metric, values: Sequence[float]) -> list[float]:
    """Limits worth trying, ascending: rounded steps from what excludes most to what keeps all.

    Steps are even, or even in ratio where counts such as MACs span a wide range. All `values` keep
    to the loosest limit, and only the best of them, as far as rounding tells, to the tightest.
    A single one if all values are equal; raises ValueError if there are none.
    """
    low, high = min(values), max(values)
    logarithmic = own.computable and low > 0 and high / low >= _WIDE
    if low == high:
        return [_rounded(low, _EQUAL_DIGITS - 1 - _exponent(abs(low)), own)]
    spread = np.geomspace if logarithmic else np.linspace
    ratio = math.log(high / low) if logarithmic else 0.0
    limits = set()
    for step in spread(low, high, _STEPS).tolist():
        apart = (step * ratio if logarithmic else high - low) / _STEPS
        limits.add(_rounded(step, -_exponent(apart), own))
    return sorted(limits)


def _exponent(value: float) -> int:
    return math.floor(math.log10(value)) if value > 0 else 0


def _rounded(value: float, decimals: int, own: Metric) -> float:
    """The next rounded number that is no better than `value`."""
    up = own.direction == "min"
    decimals = min(decimals, _MOST_DECIMALS.get(own.unit, _ELSE))
    step, factor = 10.0 ** max(-decimals, 0), 10.0 ** max(decimals, 0)
    whole = math.ceil(value * factor / step) if up else math.floor(value * factor / step)
    rounded = whole * step / factor
    if (rounded < value) if up else (rounded > value):  # a product that was rounded the other way
        rounded = (whole + (1 if up else -1)) * step / factor
    return rounded
