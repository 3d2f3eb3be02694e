"""The stages of a supernet as inline SVG."""

from collections.abc import Sequence
from html import escape

from engine.supernets.base import Stage

_TEXT_WIDTH = 46  # width of the text below a stage, in units of the drawing
_GAP = 14


def stages_svg(stages: Sequence[Stage]) -> str:
    """Each stage as a row of bars: one for each block, as high as the resolution.

    Empty for a supernet without stages.
    """
    if not stages:
        return ""
    parts, x, tallest = [], 4.0, max(stage.resolution for stage in stages)
    for stage in stages:
        wide = max(stage.blocks * 9, _TEXT_WIDTH)
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
        x += wide + _GAP
    text = "; ".join(
        f"stage {n}: up to {s.blocks} blocks, {s.channels} channels at {s.resolution} by "
        f"{s.resolution}"
        for n, s in enumerate(stages, 1)
    )
    return (
        f'<svg class="dynas-stages" viewBox="0 0 {x - _GAP + 4:.0f} 104" role="img" '
        f'aria-label="{escape(text, quote=True)}" xmlns="http://www.w3.org/2000/svg">'
        f"{''.join(parts)}</svg>"
    )
