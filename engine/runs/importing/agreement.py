"""When two numbers of one sub-network say the same."""

import numpy as np
import numpy.typing as npt

from engine.metrics import Metric

_OF_MACS = 0.06  # counters differ in whether batch-norm costs anything
_POINTS = 0.1  # of accuracy: five times the deviation of repeated measurements
_SHARE = 0.1  # of any other measured number, such as latency


def macs_agree(
    given: npt.NDArray[np.float64], exact: npt.NDArray[np.float64]
) -> npt.NDArray[np.bool_]:
    """`(n,)` whether MACs that a file gives are those of the sub-network; False where NaN."""
    agree: npt.NDArray[np.bool_] = np.abs(given - exact) <= _OF_MACS * exact
    return agree


def beyond_noise(metric: Metric, first: float, other: float) -> bool:
    """Whether two measurements of one sub-network differ by more than repeating them explains."""
    if metric.unit == "%":
        return abs(first - other) > _POINTS
    return abs(first - other) > _SHARE * max(abs(first), abs(other))
