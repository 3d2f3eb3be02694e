"""A sub-network as a drawing: a row a stage, a box a block, width = expansion, height = kernel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from engine.supernets.base import Stage

_WIDTH = 600
_LEFT = 96  # room for the stage's name
_RIGHT = 92  # room for what leaves the stage
_GAP = 8
_ROW = 62
_TALLEST = 46


@dataclass(frozen=True)
class Block:
    """One block; `skipped` where the stage's depth leaves it out."""

    kernel: int
    expansion: int
    skipped: bool

    @property
    def label(self) -> str:
        """Such as `k5 e4`."""
        return "skipped" if self.skipped else f"k{self.kernel} e{self.expansion}"


@dataclass(frozen=True)
class StageRow:
    """One stage with all its blocks, those left out included."""

    number: int
    channels: int
    resolution: int
    stride: int
    blocks: tuple[Block, ...]

    @property
    def text(self) -> str:
        """The row in words."""
        kept = ", ".join(block.label for block in self.blocks if not block.skipped)
        return (
            f"Stage {self.number}: {kept}; {self.channels} channels at "
            f"{self.resolution} by {self.resolution}."
        )


@dataclass(frozen=True)
class DiagramInfo:
    """Plain data of the drawing; the largest kernel and expansion give its scale."""

    rows: tuple[StageRow, ...]
    largest_kernel: float
    largest_expansion: float

    @property
    def description(self) -> str:
        """The text alternative."""
        return " ".join(row.text for row in self.rows)


def diagram_info(
    config: Mapping[str, Sequence[int]],
    stages: Sequence[Stage],
    largest_kernel: float = 7,
    largest_expansion: float = 6,
) -> DiagramInfo | None:
    """The drawing of a config with numbers as `ks`, `e` and `d`; None for other genes."""
    blocks_in_all = sum(stage.blocks for stage in stages)
    kernels, expansions, depths = (config.get(name, []) for name in ("ks", "e", "d"))
    if not stages or len(kernels) != blocks_in_all or len(expansions) != blocks_in_all:
        return None
    if len(depths) != len(stages):
        return None
    if not all(isinstance(value, int | float) for value in (*kernels, *expansions, *depths)):
        return None
    rows, first = [], 0
    for number, (stage, depth) in enumerate(zip(stages, depths, strict=True), 1):
        blocks = tuple(
            Block(kernels[first + i], expansions[first + i], i >= depth)
            for i in range(stage.blocks)
        )
        rows.append(StageRow(number, stage.channels, stage.resolution, stage.stride, blocks))
        first += stage.blocks
    return DiagramInfo(tuple(rows), largest_kernel, largest_expansion)


@dataclass(frozen=True)
class _Box:
    """Where a block is drawn."""

    left: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width


def _box(block: Block, x: float, cell: float, info: DiagramInfo) -> _Box:
    share_wide = 1.0 if block.skipped else block.expansion / info.largest_expansion
    share_tall = 0.4 if block.skipped else block.kernel / info.largest_kernel
    width, height = cell * max(share_wide, 0.45), _TALLEST * max(share_tall, 0.38)
    return _Box(x + (cell - width) / 2, width, height)


def _block_svg(block: Block, box: _Box, middle: float) -> str:
    kind = "skipped" if block.skipped else "kept"
    return (
        f'<rect class="dynas-block-{kind}" x="{box.left:.1f}" y="{middle - box.height / 2:.1f}" '
        f'width="{box.width:.1f}" height="{box.height:.1f}" rx="5"/>'
        f'<text class="dynas-block-label-{kind}" x="{box.left + box.width / 2:.1f}" '
        f'y="{middle + 4.5:.1f}" text-anchor="middle">{escape(block.label)}</text>'
    )


def _flow_svg(boxes: list[_Box], middle: float, end: float) -> str:
    """What runs from block to block."""
    starts = [_LEFT - 14.0, *(box.right for box in boxes)]
    ends = [*(box.left for box in boxes), end]
    return "".join(
        f'<line class="dynas-flow" x1="{start:.1f}" x2="{stop:.1f}" y1="{middle}" y2="{middle}"/>'
        for start, stop in zip(starts, ends, strict=True)
    )


def _row_svg(row: StageRow, top: float, info: DiagramInfo) -> str:
    most = max(len(r.blocks) for r in info.rows)
    cell = (_WIDTH - _LEFT - _RIGHT - _GAP * (most - 1)) / most
    middle = top + _ROW / 2
    last = _LEFT + len(row.blocks) * (cell + _GAP) - _GAP
    boxes = [
        _box(block, _LEFT + i * (cell + _GAP), cell, info) for i, block in enumerate(row.blocks)
    ]
    words = [
        ("dynas-stage", 0.0, middle - 2, f"Stage {row.number}"),
        ("dynas-edge", 0.0, middle + 15, f"stride {row.stride}"),
        ("dynas-stage", last + 18, middle - 2, f"{row.channels} ch"),
        ("dynas-edge", last + 18, middle + 15, f"{row.resolution} × {row.resolution}"),
    ]
    return (
        _flow_svg(boxes, middle, last + 12)
        + "".join(_block_svg(b, box, middle) for b, box in zip(row.blocks, boxes, strict=True))
        + "".join(
            f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{text}</text>'
            for kind, x, y, text in words
        )
    )


def diagram_svg(info: DiagramInfo) -> str:
    """The drawing as inline SVG in the theme's colours, with its text alternative."""
    height = _ROW * len(info.rows) + 4
    rows = "".join(_row_svg(row, 2 + i * _ROW, info) for i, row in enumerate(info.rows))
    text = escape(info.description, quote=True)
    return (
        f'<svg class="dynas-diagram" viewBox="0 0 {_WIDTH} {height}" role="img" '
        f'aria-label="{text}" xmlns="http://www.w3.org/2000/svg">{rows}</svg>'
    )
