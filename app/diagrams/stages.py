"""A supernet at a glance: what each stage can hold, and a run's hypervolume as a tiny line."""

from collections.abc import Sequence
from html import escape

import numpy as np
import numpy.typing as npt

from engine.supernets.base import Stage

_WORDS = 46  # what the words below a stage need, in units of the drawing
_BETWEEN = 14


def stages_svg(stages: Sequence[Stage]) -> str:
    """Each stage as a stack of its blocks: as tall as its resolution, as deep as its blocks.

    Empty for a supernet without stages.
    """
    if not stages:
        return ""
    parts, x, tallest = [], 4.0, max(stage.resolution for stage in stages)
    for stage in stages:
        wide = max(stage.blocks * 9, _WORDS)
        centre = x + wide / 2
        left = centre - stage.blocks * 4.5
        side = 22 + 40 * stage.resolution / tallest
        middle = 38
        parts += [
            f'<rect class="dynas-block-kept" x="{left + i * 9:.1f}" y="{middle - side / 2:.1f}" '
            f'width="7" height="{side:.1f}" rx="2"/>'
            for i in range(stage.blocks)
        ]
        parts.append(
            f'<text class="dynas-edge" x="{centre:.1f}" y="86" text-anchor="middle">'
            f"{stage.channels} ch</text>"
            f'<text class="dynas-edge" x="{centre:.1f}" y="100" text-anchor="middle">'
            f"{stage.resolution}×{stage.resolution}</text>"
        )
        x += wide + _BETWEEN
    text = "; ".join(
        f"stage {n}: up to {s.blocks} blocks, {s.channels} channels at {s.resolution} by "
        f"{s.resolution}"
        for n, s in enumerate(stages, 1)
    )
    return (
        f'<svg class="dynas-stages" viewBox="0 0 {x - _BETWEEN + 4:.0f} 104" role="img" '
        f'aria-label="{escape(text, quote=True)}" xmlns="http://www.w3.org/2000/svg">'
        f"{''.join(parts)}</svg>"
    )


def sparkline_svg(values: npt.NDArray[np.float64] | Sequence[float], points: int = 40) -> str:
    """Values in [0, 1] over time as a line of at most `points` points; empty for fewer than two."""
    series = np.asarray(values, dtype=float)
    series = series[np.isfinite(series)]
    if len(series) < 2:
        return ""
    picked = series[np.linspace(0, len(series) - 1, min(points, len(series))).astype(int)]
    low, high = float(picked.min()), float(picked.max())
    spread = (high - low) or 1.0
    path = " ".join(
        f"{i * 96 / (len(picked) - 1) + 2:.1f},{22 - 18 * (value - low) / spread:.1f}"
        for i, value in enumerate(picked)
    )
    return (
        '<svg class="dynas-spark" viewBox="0 0 100 26" role="img" '
        f'aria-label="Hypervolume from {low:.3f} to {high:.3f}" '
        f'xmlns="http://www.w3.org/2000/svg"><polyline points="{path}"/></svg>'
    )
