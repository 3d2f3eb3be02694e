"""A sub-network as a drawing: a row a part of the network, a box a block or a layer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from app.diagrams.blocks import Block, BlockRow, block_rows
from app.diagrams.genes import truncate
from engine.space import SearchSpace
from engine.supernets.base import Stage

_WIDTH = 600
_LEFT = 96  # room for the part's name
_RIGHT, _EDGE = 92, 12  # room for what leaves a stage, and where no stage is known
_GAP = 8
_BETWEEN = 16  # of the tallest boxes of two lines
_TALLEST, _SHORTEST = 46.0, 17.5  # of a box with one line of words
_WORDS = 15.0  # height of a line of words
_LETTER, _MARGIN = 8.4, 8.0  # width of a letter; of what is left beside words
_NARROWEST, _WIDEST = 0.45, 120.0  # of a box, as a share of its room; of that room
_IN_A_LINE = 6
_TITLE = 12  # letters of a part's name that fit into a line


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
    """The drawing of a config; None where its space says nothing of parts.

    Raises SpaceError for a config that is not in the space.
    """
    rows = block_rows(space, stages, config)
    return DiagramInfo(rows) if rows else None


@dataclass(frozen=True)
class _Scale:
    """How rows are laid out: boxes in a line, the room of each, and lines of words in it."""

    in_a_line: int
    cell: float
    words: int

    @property
    def tallest(self) -> float:
        return _TALLEST + _WORDS * (self.words - 1)

    @property
    def line(self) -> float:
        return self.tallest + _BETWEEN

    def lines(self, block: Block) -> tuple[str, ...]:
        """The words of a box, line by line."""
        return block.words if self.words > 1 else (" ".join(block.words),)


def _scale(rows: Sequence[BlockRow], room: float) -> _Scale:
    """As many boxes in a line as leave room for each word, one line of words if that will do."""
    blocks = [block for row in rows for block in row.blocks]
    most = min(max(len(row.blocks) for row in rows), _IN_A_LINE)
    longest = max(len(word) for block in blocks for word in block.words)
    while most > 1 and (room + _GAP) / most - _GAP < _LETTER * longest + _MARGIN:
        most -= 1
    cell = min((room + _GAP) / most - _GAP, max(_WIDEST, _LETTER * longest + _MARGIN))
    fits = all(_LETTER * len(" ".join(block.words)) + _MARGIN <= cell for block in blocks)
    return _Scale(most, cell, 1 if fits else max(len(block.words) for block in blocks))


@dataclass(frozen=True)
class _Box:
    """Where a block is drawn."""

    left: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width


def _box(block: Block, x: float, scale: _Scale) -> _Box:
    lines = scale.lines(block)
    words = _LETTER * max(map(len, lines)) + _MARGIN
    width = min(max(scale.cell * max(block.wide, _NARROWEST), words), scale.cell)
    least = _SHORTEST + _WORDS * (len(lines) - 1)
    height = max(scale.tallest * (block.tall if block.kept else 0.4), least)
    return _Box(x + (scale.cell - width) / 2, width, height)


def _block_svg(block: Block, box: _Box, middle: float, scale: _Scale) -> str:
    kind, lines = ("kept" if block.kept else "skipped"), scale.lines(block)
    first = middle + 4.5 - _WORDS / 2 * (len(lines) - 1)
    words = "".join(
        f'<text class="dynas-block-label-{kind}" x="{box.left + box.width / 2:.1f}" '
        f'y="{first + _WORDS * i:.1f}" text-anchor="middle">{escape(truncate(line, box.width))}'
        "</text>"
        for i, line in enumerate(lines)
    )
    return (
        f'<rect class="dynas-block-{kind}" x="{box.left:.1f}" y="{middle - box.height / 2:.1f}" '
        f'width="{box.width:.1f}" height="{box.height:.1f}" rx="5"/>{words}'
    )


def _flow_svg(boxes: Sequence[_Box], middle: float, end: float) -> str:
    """What runs from block to block."""
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
    boxes = [_box(b, _LEFT + i * (scale.cell + _GAP), scale) for i, b in enumerate(blocks)]
    end = _LEFT + len(blocks) * (scale.cell + _GAP) - _GAP
    flow = _flow_svg(boxes, middle, end + 12 if row.resolution else end + 6) if row.flow else ""
    named = wrap_name(name, _TITLE)
    top = middle + 6.5 - 8.5 * (len(named) if note else len(named) - 1) - 2
    words = [("dynas-stage", 0.0, top + 17 * i, text) for i, text in enumerate(named)]
    words.append(("dynas-edge", 0.0, top + 17 * len(named), note))
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
    """A name in one line or two of so many letters; what does not fit is cut."""
    if len(name) <= letters:
        return [name]
    first = name[: letters + 1].rpartition(" ")[0] or name[:letters]
    rest = name[len(first) :].strip()
    return [first, rest if len(rest) <= letters else f"{rest[: letters - 1]}…"]


def short_channels(channels: str) -> str:
    """Such as `≤ 64 ch` for `up to 64 channels`."""
    return channels.replace("up to", "≤").replace("channels", "ch")


def diagram_svg(info: DiagramInfo) -> str:
    """The drawing as inline SVG in the theme's colours, with its text alternative."""
    room = _WIDTH - _LEFT - (_RIGHT if any(row.resolution for row in info.rows) else _EDGE)
    alike = {flow: [row for row in info.rows if row.flow == flow] for flow in (False, True)}
    scales = {flow: _scale(rows, room) for flow, rows in alike.items() if rows}
    parts, top = [], 2.0
    for row in info.rows:
        scale = scales[row.flow]
        for start in range(0, len(row.blocks), scale.in_a_line):
            blocks = row.blocks[start : start + scale.in_a_line]
            note = "" if start else row.stride
            if not note and len(blocks) < len(row.blocks):
                note = row.range(start, len(blocks))
            name = "" if start else row.title
            parts.append(_line_svg(row, blocks, note, name, top + scale.line / 2, scale))
            top += scale.line
    text = escape(info.description, quote=True)
    return (
        f'<svg class="dynas-diagram" viewBox="0 0 {_WIDTH} {top + 2:.0f}" role="img" '
        f'aria-label="{text}" xmlns="http://www.w3.org/2000/svg">{"".join(parts)}</svg>'
    )
