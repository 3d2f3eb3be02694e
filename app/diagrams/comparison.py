"""Sub-networks beside each other, row by row, with what differs from the first one outlined."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from app.diagrams.blocks import Block, BlockRow, block_rows, legend
from app.diagrams.genes import gene_rows, size_legend, truncate
from app.diagrams.subnetwork import short_channels, wrap_name
from engine.space import SearchSpace
from engine.supernets.base import Stage

_WIDTH, _LEFT, _HEAD, _BETWEEN, _GAP = 940.0, 96.0, 26.0, 24.0, 10.0
_TALLEST, _SHORTEST, _NARROWEST = 54.0, 34.0, 0.5  # of a box with two lines of words, in height
_LETTER, _BESIDE = 9.2, 6.0  # width of a letter, and of what is left beside words
_WORDS = 14.0  # height of a line of words
_TITLE, _TOLD = 12, 3  # letters in a line of a part's name; lines beside a row
_IN_A_LINE = {1: 8, 2: 8, 3: 5}
_FEWEST_IN_A_LINE = 4
_MARGIN = 3.0  # between a box and the outline that marks it


@dataclass(frozen=True)
class Part:
    """One block or gene: its words, and its extent as shares of the largest, in (0, 1]."""

    words: tuple[str, ...]
    wide: float
    tall: float
    kept: bool
    differs: bool
    between: str = " "

    @property
    def text(self) -> str:
        """Such as `k5 e4`, or `resolution: 160`."""
        return self.between.join(self.words)

    def change(self, other: "Part", at: int) -> str:
        """What it is instead of the `other` one at that place, such as `3: k7 instead of k3`."""
        if self.between == " ":
            return f"{at}: {self.text} instead of {other.text}"
        return f"{self.text} instead of {other.words[-1]}"


@dataclass(frozen=True)
class ComparisonRow:
    """One part of the network, in `blocks` or as single genes, of every sub-network."""

    title: str
    note: str
    columns: tuple[tuple[Part, ...], ...]
    blocks: bool


@dataclass(frozen=True)
class ComparisonInfo:
    """Plain data of the drawing; `legend` says what the shapes mean."""

    names: tuple[str, ...]
    rows: tuple[ComparisonRow, ...]
    legend: str

    @property
    def description(self) -> str:
        """The text alternative: the first sub-network whole, of the others what differs."""
        parts = [
            f"{self.names[0]}: "
            + " ".join(
                f"{row.title}: {', '.join(p.text for p in row.columns[0])}." for row in self.rows
            )
        ]
        for column, name in list(enumerate(self.names))[1:]:
            changes = [
                f"{row.title}, {part.change(row.columns[0][at - 1], at)}"
                for row in self.rows
                for at, part in enumerate(row.columns[column], 1)
                if part.differs
            ]
            said = "; ".join(changes) if changes else "the same architecture"
            parts.append(f"{name} against {self.names[0]}: {said}.")
        return " ".join(parts)


def comparison_info(
    names: Sequence[str],
    configs: Sequence[Mapping[str, Any]],
    space: SearchSpace,
    stages: Sequence[Stage],
) -> ComparisonInfo:
    """The drawing of configs of one space: by its parts where it names them, else by its genes.

    Raises SpaceError for a config that is not in the space.
    """
    drawn = [block_rows(space, stages, config) for config in configs]
    if drawn[0]:
        told = legend(space, stages)
        rows = tuple(_block_row(rows) for rows in zip(*drawn, strict=True))
        return ComparisonInfo(tuple(names), rows, f"In a box: {told}." if told else "")
    told = size_legend(space, "Taller: a larger choice.")
    return ComparisonInfo(tuple(names), _gene_rows(configs, space), told)


def _block_row(rows: Sequence[BlockRow]) -> ComparisonRow:
    """A part of the network, of each sub-network."""
    first = rows[0]
    side = first.resolution if len({row.resolution for row in rows}) == 1 else 0
    told = [short_channels(first.channels), f"{side}×{side}" if side else ""]
    note = ", ".join(words for words in told if words)
    columns = tuple(
        tuple(_block(block, other) for block, other in zip(row.blocks, first.blocks, strict=True))
        for row in rows
    )
    return ComparisonRow(first.title, note, columns, first.flow)


def _block(block: Block, other: Block) -> Part:
    differs = (block.kept, block.words) != (other.kept, other.words)
    return Part(block.words, block.wide, block.tall, block.kept, differs, block.between)


def _gene_rows(
    configs: Sequence[Mapping[str, Any]], space: SearchSpace
) -> tuple[ComparisonRow, ...]:
    """A kind of gene, of each sub-network."""
    drawn = [gene_rows(space, config) for config in configs]
    return tuple(
        ComparisonRow(
            rows[0].name,
            "",
            tuple(
                tuple(
                    Part(
                        (box.value,) if box.active else ("off",),
                        1.0,
                        box.share if box.active else 0.0,
                        box.active,
                        box != other,
                    )
                    for box, other in zip(row.boxes, rows[0].boxes, strict=True)
                )
                for row in rows
            ),
            False,
        )
        for rows in zip(*drawn, strict=True)
    )


@dataclass(frozen=True)
class _Scale:
    """How the drawing is laid out: boxes in a line, the room of each, lines of words in a box."""

    in_a_line: int
    cell: float
    words: int

    @property
    def tallest(self) -> float:
        return _TALLEST + _WORDS * (self.words - 2)

    @property
    def shortest(self) -> float:
        return _SHORTEST + _WORDS * (self.words - 2)

    @property
    def line(self) -> float:
        return self.tallest + 12


def _scale(rows: Sequence[ComparisonRow], column: float) -> _Scale:
    """As many boxes in a line as leave room for the longest word."""
    parts = [part for row in rows for column in row.columns for part in column]
    longest = max((len(word) for part in parts if part.kept for word in part.words), default=1)
    most = min(
        max(len(row.columns[0]) for row in rows),
        _IN_A_LINE.get(len(rows[0].columns), _FEWEST_IN_A_LINE),
    )
    while most > 1 and (column + _GAP) / most - _GAP < _LETTER * longest + _BESIDE:
        most -= 1
    cell = min((column + _GAP) / most - _GAP, max(84.0, _LETTER * longest + _BESIDE))
    return _Scale(most, cell, max(2, *(len(part.words) for part in parts)))


def comparison_svg(info: ComparisonInfo) -> str:
    """The drawing as inline SVG in the theme's colours, with its text alternative."""
    count = len(info.names)
    column = (_WIDTH - _LEFT) / count - _BETWEEN
    lefts = [_LEFT + i * (column + _BETWEEN) for i in range(count)]
    parts = [
        f'<text class="dynas-stage" x="{left:.1f}" y="16">{escape(name)}</text>'
        for left, name in zip(lefts, info.names, strict=True)
    ]
    top = _HEAD
    alike = {blocks: [row for row in info.rows if row.blocks == blocks] for blocks in (False, True)}
    scales = {blocks: _scale(rows, column) for blocks, rows in alike.items() if rows}
    for row in info.rows:
        scale = scales[row.blocks]
        middle = top + scale.line / 2
        named = [("dynas-stage", line) for line in wrap_name(row.title, _TITLE)]
        told = [*named, *(("dynas-edge", line) for line in row.note.split(", ") if line)]
        parts += [
            f'<text class="{kind}" x="0" y="{middle + 4.5 + 17 * (i - (len(told) - 1) / 2):.1f}">'
            f"{escape(text)}</text>"
            for i, (kind, text) in enumerate(told[:_TOLD])
        ]
        for left, boxes in zip(lefts, row.columns, strict=True):
            for i, box in enumerate(boxes):
                x = left + (i % scale.in_a_line) * (scale.cell + _GAP)
                at = middle + scale.line * (i // scale.in_a_line)
                parts.append(_part_svg(box, x, at, scale))
        top += scale.line * -(-len(row.columns[0]) // scale.in_a_line)
    text = escape(info.description, quote=True)
    return (
        f'<svg class="dynas-diagram dynas-aligned" viewBox="0 0 {_WIDTH:.0f} {top + 4:.0f}" '
        f'role="img" aria-label="{text}" xmlns="http://www.w3.org/2000/svg">{"".join(parts)}</svg>'
    )


def _part_svg(part: Part, left: float, middle: float, scale: _Scale) -> str:
    kind, cell = "kept" if part.kept else "skipped", scale.cell
    longest = max(map(len, part.words)) if part.kept else 1
    width = min(max(cell * max(part.wide, _NARROWEST), _LETTER * longest + _BESIDE), cell)
    height = scale.shortest + (scale.tallest - scale.shortest) * part.tall
    x, y, centre = left + (cell - width) / 2, middle - height / 2, left + cell / 2
    lines = part.words if part.kept else ("–",)
    start = middle + 4.5 - _WORDS / 2 * (len(lines) - 1)
    words = "".join(
        f'<text class="dynas-block-label-{kind}" x="{centre:.1f}" y="{start + _WORDS * i:.1f}" '
        f'text-anchor="middle">{escape(truncate(word, width))}</text>'
        for i, word in enumerate(lines)
    )
    outline = ""
    if part.differs:
        outline = (
            f'<rect class="dynas-differs" x="{x - _MARGIN:.1f}" y="{y - _MARGIN:.1f}" '
            f'width="{width + 2 * _MARGIN:.1f}" height="{height + 2 * _MARGIN:.1f}" rx="7"/>'
        )
    return (
        f'<rect class="dynas-block-{kind}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" '
        f'height="{height:.1f}" rx="5"/>{words}{outline}'
    )
