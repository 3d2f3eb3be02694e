"""The type of objective values."""

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]
"""Objective values, all minimised: `(n, m)` of `n` points, or `(m,)` of one."""
