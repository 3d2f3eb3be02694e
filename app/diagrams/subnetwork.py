"""A sub-network as a drawing: a row for each part of the network, a box for each block."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from app.diagrams.blocks import Block, BlockRow, block_rows
from app.diagrams.genes import truncate
from engine.space import SearchSpace
from engine.supernets.base import Stage

_WIDTH = 600
_LEFT = 96  # width for the names of parts
_RIGHT, _RIGHT_EDGE = 92, 12  # width for the output of stages; without stages
_GAP = 8
_LINE_GAP = 16  # between the highest boxes of two lines
_MAX_HEIGHT, _MIN_HEIGHT = 46.0, 17.5  # of a box with one line of words
_LINE_HEIGHT = 15.0  # height of a line of words
_LETTER_WIDTH, _TEXT_MARGIN = 8.4, 8.0  # width of a letter; space beside words
_MIN_WIDTH_SHARE, _MAX_CELL_WIDTH = 0.45, 120.0  # of a box, as a share of its cell; of a cell
_PER_LINE = 6
_TITLE_LETTERS = 12  # letters of a part's name that fit into a line


@dataclass(frozen=True)
class DiagramInfo:
    """Plain data of the drawing."""

    rows: tuple[BlockRow, ...]

    @property
    def description(self) -> str:
        """The text alternative."""
        return " ".join(row.text for row in self.rows)


def diagram_info(
    space: SearchSpace, stages: Sequence[Stage], config: Mapping[str, Any]
) -> DiagramInfo | None:
    """The drawing of a config; None for a space without parts.

    Raises SpaceError for a config that is not in the space.
    """
    rows = block_rows(space, stages, config)
    return DiagramInfo(rows) if rows else None


@dataclass(frozen=True)
class _Scale:
    """The layout of rows: boxes per line, the width of a cell, and lines of text in a box."""

    per_line: int
    cell_width: float
    text_lines: int

    @property
    def max_height(self) -> float:
        return _MAX_HEIGHT + _LINE_HEIGHT * (self.text_lines - 1)

    @property
    def line_height(self) -> float:
        return self.max_height + _LINE_GAP

    def lines(self, block: Block) -> tuple[str, ...]:
        """The text of a box, line by line."""
        return block.words if self.text_lines > 1 else (" ".join(block.words),)


def _scale(rows: Sequence[BlockRow], width: float) -> _Scale:
    """The layout with as many boxes per line as the longest word permits."""
    blocks = [block for row in rows for block in row.blocks]
    per_line = min(max(len(row.blocks) for row in rows), _PER_LINE)
    longest = max(len(word) for block in blocks for word in block.words)
    while (
        per_line > 1 and (width + _GAP) / per_line - _GAP < _LETTER_WIDTH * longest + _TEXT_MARGIN
    ):
        per_line -= 1
    cell_width = min(
        (width + _GAP) / per_line - _GAP,
        max(_MAX_CELL_WIDTH, _LETTER_WIDTH * longest + _TEXT_MARGIN),
    )
    fits = all(
        _LETTER_WIDTH * len(" ".join(block.words)) + _TEXT_MARGIN <= cell_width for block in blocks
    )
    return _Scale(per_line, cell_width, 1 if fits else max(len(block.words) for block in blocks))


@dataclass(frozen=True)
class _Box:
    """The extent of the box of a block."""

    left: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width


def _box(block: Block, x: float, scale: _Scale) -> _Box:
    lines = scale.lines(block)
    words = _LETTER_WIDTH * max(map(len, lines)) + _TEXT_MARGIN
    width = min(
        max(scale.cell_width * max(block.relative_width, _MIN_WIDTH_SHARE), words), scale.cell_width
    )
    min_height = _MIN_HEIGHT + _LINE_HEIGHT * (len(lines) - 1)
    height = max(scale.max_height * (block.relative_height if block.is_active else 0.4), min_height)
    return _Box(x + (scale.cell_width - width) / 2, width, height)


def _block_svg(block: Block, box: _Box, middle: float, scale: _Scale) -> str:
    kind, lines = ("kept" if block.is_active else "skipped"), scale.lines(block)
    first = middle + 4.5 - _LINE_HEIGHT / 2 * (len(lines) - 1)
    words = "".join(
        f'<text class="dynas-block-label-{kind}" x="{box.left + box.width / 2:.1f}" '
        f'y="{first + _LINE_HEIGHT * i:.1f}" text-anchor="middle">'
        f"{escape(truncate(line, box.width))}</text>"
        for i, line in enumerate(lines)
    )
    return (
        f'<rect class="dynas-block-{kind}" x="{box.left:.1f}" y="{middle - box.height / 2:.1f}" '
        f'width="{box.width:.1f}" height="{box.height:.1f}" rx="5"/>{words}'
    )


def _flow_svg(boxes: Sequence[_Box], middle: float, end: float) -> str:
    """The lines that join the boxes of a row."""
    starts = [_LEFT - 14.0, *(box.right for box in boxes)]
    ends = [*(box.left for box in boxes), end]
    return "".join(
        f'<line class="dynas-flow" x1="{start:.1f}" x2="{stop:.1f}" y1="{middle}" y2="{middle}"/>'
        for start, stop in zip(starts, ends, strict=True)
    )


def _line_svg(
    row: BlockRow, blocks: Sequence[Block], note: str, name: str, middle: float, scale: _Scale
) -> str:
    """One line of a row, with its `name` and a `note` on the left."""
    boxes = [_box(b, _LEFT + i * (scale.cell_width + _GAP), scale) for i, b in enumerate(blocks)]
    end = _LEFT + len(blocks) * (scale.cell_width + _GAP) - _GAP
    flow_end = end + 12 if row.resolution else end + 6
    flow = _flow_svg(boxes, middle, flow_end) if row.is_sequential else ""
    title_lines = wrap_name(name, _TITLE_LETTERS)
    top = middle + 6.5 - 8.5 * (len(title_lines) if note else len(title_lines) - 1) - 2
    words = [("dynas-stage", 0.0, top + 17 * i, text) for i, text in enumerate(title_lines)]
    words.append(("dynas-edge", 0.0, top + 17 * len(title_lines), note))
    if row.resolution:
        side = f"{row.resolution} × {row.resolution}"
        words.append(("dynas-stage", end + 18, middle - 2, short_channels(row.channels)))
        words.append(("dynas-edge", end + 18, middle + (15 if row.channels else 4.5), side))
    return (
        flow
        + "".join(_block_svg(b, x, middle, scale) for b, x in zip(blocks, boxes, strict=True))
        + "".join(
            f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{escape(text)}</text>'
            for kind, x, y, text in words
            if text
        )
    )


def wrap_name(name: str, letters: int) -> list[str]:
    """A name in one or two lines of at most `letters` letters; the rest is cut off.

    The path of a module is wrapped at a dot, and cut off at its beginning.

    >>> wrap_name("backbone.stage1.0.body.0", 12)
    ['…ne.stage1.', '0.body.0']
    """
    if len(name) <= letters:
        return [name]
    if "." in name and " " not in name:
        return _wrapped_path(name, letters)
    first = name[: letters + 1].rpartition(" ")[0] or name[:letters]
    remainder = name[len(first) :].strip()
    return [first, remainder if len(remainder) <= letters else f"{remainder[: letters - 1]}…"]


def _wrapped_path(path: str, letters: int) -> list[str]:
    pieces = path.split(".")
    last = pieces.pop()
    while pieces and len(pieces[-1]) + 1 + len(last) < letters:
        last = f"{pieces.pop()}.{last}"
    lines = [f"{'.'.join(pieces)}.", last] if pieces else [last]
    return [line if len(line) < letters else f"…{line[2 - letters :]}" for line in lines]


def short_channels(channels: str) -> str:
    """The short form of channels, such as `≤ 64 ch` for `up to 64 channels`."""
    return channels.replace("up to", "≤").replace("channels", "ch")


def diagram_svg(info: DiagramInfo) -> str:
    """The drawing as inline SVG in the theme's colours, with its text alternative."""
    width = _WIDTH - _LEFT - (_RIGHT if any(row.resolution for row in info.rows) else _RIGHT_EDGE)
    rows_by_kind = {
        kind: [row for row in info.rows if row.is_sequential == kind] for kind in (False, True)
    }
    scales = {kind: _scale(rows, width) for kind, rows in rows_by_kind.items() if rows}
    parts, top = [], 2.0
    for row in info.rows:
        scale = scales[row.is_sequential]
        for start in range(0, len(row.blocks), scale.per_line):
            blocks = row.blocks[start : start + scale.per_line]
            note = "" if start else row.stride
            if not note and len(blocks) < len(row.blocks):
                note = row.block_range(start, len(blocks))
            name = "" if start else row.title
            parts.append(_line_svg(row, blocks, note, name, top + scale.line_height / 2, scale))
            top += scale.line_height
    text = escape(info.description, quote=True)
    return (
        f'<svg class="dynas-diagram" viewBox="0 0 {_WIDTH} {top + 2:.0f}" role="img" '
        f'aria-label="{text}" xmlns="http://www.w3.org/2000/svg">{"".join(parts)}</svg>'
    )
