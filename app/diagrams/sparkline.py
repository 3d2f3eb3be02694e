"""A small line chart without axes, as inline SVG: the hypervolume of a run."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt


def sparkline_svg(
    values: npt.NDArray[np.float64] | Sequence[float], top: float, points: int = 40
) -> str:
    """Values from 0 to `top` over time as a line of at most `points` points.

    Charts with the same `top` can be compared. Empty for fewer than two values.
    """
    series = np.asarray(values, dtype=float)
    series = series[np.isfinite(series)]
    if len(series) < 2:
        return ""
    samples = series[np.linspace(0, len(series) - 1, min(points, len(series))).astype(int)]
    low, high = float(samples.min()), float(samples.max())
    scale = 18 / (max(top, high) or 1.0)
    path = " ".join(
        f"{i * 96 / (len(samples) - 1) + 2:.1f},{22 - scale * value:.1f}"
        for i, value in enumerate(samples)
    )
    return (
        '<svg class="dynas-spark" viewBox="0 0 100 26" role="img" '
        f'aria-label="Hypervolume from {low:.3f} to {high:.3f}" '
        f'xmlns="http://www.w3.org/2000/svg"><polyline points="{path}"/></svg>'
    )
