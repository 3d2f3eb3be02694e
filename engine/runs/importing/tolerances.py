"""Tolerances within which two values of one sub-network agree."""

import numpy as np
import numpy.typing as npt

from engine.metrics import Metric

_MACS_TOLERANCE = 0.06  # relative; counters differ in whether they count batch-norm
_PERCENT_TOLERANCE = 0.1  # points: five times the standard deviation of repeated measurements
_RELATIVE_TOLERANCE = 0.1  # of any other measured value, such as latency


def macs_agree(
    stated: npt.NDArray[np.float64], exact: npt.NDArray[np.float64]
) -> npt.NDArray[np.bool_]:
    """`(n,)` whether stated MACs agree with those of the sub-network; False where NaN."""
    agree: npt.NDArray[np.bool_] = np.abs(stated - exact) <= _MACS_TOLERANCE * exact
    return agree


def differs_beyond_noise(metric: Metric, first: float, other: float) -> bool:
    """Whether two measurements of one sub-network differ by more than measurement noise."""
    if metric.unit == "%":
        return abs(first - other) > _PERCENT_TOLERANCE
    return abs(first - other) > _RELATIVE_TOLERANCE * max(abs(first), abs(other))
