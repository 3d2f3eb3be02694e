"""Sub-networks side by side, row by row; differences from the first one are outlined."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from app.diagrams.blocks import Block, BlockRow, block_rows, legend
from app.diagrams.genes import gene_rows, size_legend, truncate
from app.diagrams.subnetwork import short_channels, wrap_name
from engine.space import SearchSpace
from engine.supernets.base import Stage

_WIDTH, _LEFT, _HEADER_HEIGHT, _COLUMN_GAP, _GAP = 940.0, 96.0, 26.0, 24.0, 10.0
_MAX_HEIGHT, _MIN_HEIGHT, _MIN_WIDTH_SHARE = 54.0, 34.0, 0.5  # of a box of two lines
_LETTER_WIDTH, _TEXT_MARGIN = 9.2, 6.0  # width of a letter; space beside the words of a box
_LINE_HEIGHT = 14.0  # height of a line of words
_TITLE_LETTERS, _MAX_LABEL_LINES = 12, 3  # letters in a line of a part's name; lines beside a row
_PER_LINE = {1: 8, 2: 8, 3: 5}
_MIN_PER_LINE = 4
_OUTLINE = 3.0  # between a box and the outline that marks it


@dataclass(frozen=True)
class ComparedBlock:
    """One block or gene: its words, and its size relative to the largest, in (0, 1]."""

    words: tuple[str, ...]
    relative_width: float
    relative_height: float
    is_active: bool
    is_different: bool
    separator: str = " "

    @property
    def text(self) -> str:
        """The words of the box, such as `k5 e4` or `resolution: 160`."""
        return self.separator.join(self.words)

    def difference(self, other: "ComparedBlock", number: int) -> str:
        """The difference from `other`, the block of that number, such as `3: k7 instead of k3`."""
        if self.separator == " ":
            return f"{number}: {self.text} instead of {other.text}"
        return f"{self.text} instead of {other.words[-1]}"


@dataclass(frozen=True)
class ComparisonRow:
    """One part of every sub-network: its blocks if `has_blocks`, else its single genes."""

    title: str
    note: str
    columns: tuple[tuple[ComparedBlock, ...], ...]
    has_blocks: bool


@dataclass(frozen=True)
class ComparisonInfo:
    """Plain data of the drawing; `legend` explains the shapes."""

    names: tuple[str, ...]
    rows: tuple[ComparisonRow, ...]
    legend: str

    @property
    def description(self) -> str:
        """The text alternative: the first sub-network in full, then the differences."""
        parts = [
            f"{self.names[0]}: "
            + " ".join(
                f"{row.title}: {', '.join(p.text for p in row.columns[0])}." for row in self.rows
            )
        ]
        for column, name in list(enumerate(self.names))[1:]:
            changes = [
                f"{row.title}, {part.difference(row.columns[0][number - 1], number)}"
                for row in self.rows
                for number, part in enumerate(row.columns[column], 1)
                if part.is_different
            ]
            differences = "; ".join(changes) if changes else "the same architecture"
            parts.append(f"{name} against {self.names[0]}: {differences}.")
        return " ".join(parts)


def comparison_info(
    names: Sequence[str],
    configs: Sequence[Mapping[str, Any]],
    space: SearchSpace,
    stages: Sequence[Stage],
) -> ComparisonInfo:
    """The comparison of configs of one space, by its parts if it names them, else by its genes.

    Raises SpaceError for a config that is not in the space.
    """
    rows_by_config = [block_rows(space, stages, config) for config in configs]
    if rows_by_config[0]:
        box_legend = legend(space, stages)
        rows = tuple(_block_row(rows) for rows in zip(*rows_by_config, strict=True))
        return ComparisonInfo(tuple(names), rows, f"In a box: {box_legend}." if box_legend else "")
    height_legend = size_legend(space, "Taller: a larger choice.")
    return ComparisonInfo(tuple(names), _gene_rows(configs, space), height_legend)


def _block_row(rows: Sequence[BlockRow]) -> ComparisonRow:
    """The row of one part of the network, with a column for each sub-network."""
    first = rows[0]
    side = first.resolution if len({row.resolution for row in rows}) == 1 else 0
    notes = [short_channels(first.channels), f"{side}×{side}" if side else ""]
    note = ", ".join(words for words in notes if words)
    columns = tuple(
        tuple(_block(block, other) for block, other in zip(row.blocks, first.blocks, strict=True))
        for row in rows
    )
    return ComparisonRow(first.title, note, columns, first.is_sequential)


def _block(block: Block, other: Block) -> ComparedBlock:
    is_different = (block.is_active, block.words) != (other.is_active, other.words)
    return ComparedBlock(
        block.words,
        block.relative_width,
        block.relative_height,
        block.is_active,
        is_different,
        block.separator,
    )


def _gene_rows(
    configs: Sequence[Mapping[str, Any]], space: SearchSpace
) -> tuple[ComparisonRow, ...]:
    """A row for each kind of gene, with a column for each sub-network."""
    rows_by_config = [gene_rows(space, config) for config in configs]
    return tuple(
        ComparisonRow(
            rows[0].name,
            "",
            tuple(
                tuple(
                    ComparedBlock(
                        (box.value,) if box.is_active else ("off",),
                        1.0,
                        box.relative_size if box.is_active else 0.0,
                        box.is_active,
                        box != other,
                    )
                    for box, other in zip(row.boxes, rows[0].boxes, strict=True)
                )
                for row in rows
            ),
            False,
        )
        for rows in zip(*rows_by_config, strict=True)
    )


@dataclass(frozen=True)
class _Scale:
    """The layout of rows: boxes per line, the width of a cell, and lines of text in a box."""

    per_line: int
    cell_width: float
    text_lines: int

    @property
    def max_height(self) -> float:
        return _MAX_HEIGHT + _LINE_HEIGHT * (self.text_lines - 2)

    @property
    def min_height(self) -> float:
        return _MIN_HEIGHT + _LINE_HEIGHT * (self.text_lines - 2)

    @property
    def line_height(self) -> float:
        return self.max_height + 12


def _scale(rows: Sequence[ComparisonRow], column: float) -> _Scale:
    """The layout with as many boxes per line as the longest word permits."""
    parts = [part for row in rows for column in row.columns for part in column]
    longest = max((len(word) for part in parts if part.is_active for word in part.words), default=1)
    per_line = min(
        max(len(row.columns[0]) for row in rows),
        _PER_LINE.get(len(rows[0].columns), _MIN_PER_LINE),
    )
    text_width = _LETTER_WIDTH * longest + _TEXT_MARGIN
    while per_line > 1 and (column + _GAP) / per_line - _GAP < text_width:
        per_line -= 1
    cell_width = min((column + _GAP) / per_line - _GAP, max(84.0, text_width))
    return _Scale(per_line, cell_width, max(2, *(len(part.words) for part in parts)))


def comparison_svg(info: ComparisonInfo) -> str:
    """The drawing as inline SVG in the theme's colours, with its text alternative."""
    count = len(info.names)
    column = (_WIDTH - _LEFT) / count - _COLUMN_GAP
    lefts = [_LEFT + i * (column + _COLUMN_GAP) for i in range(count)]
    parts = [
        f'<text class="dynas-stage" x="{left:.1f}" y="16">{escape(name)}</text>'
        for left, name in zip(lefts, info.names, strict=True)
    ]
    top = _HEADER_HEIGHT
    rows_by_kind = {
        kind: [row for row in info.rows if row.has_blocks == kind] for kind in (False, True)
    }
    scales = {kind: _scale(rows, column) for kind, rows in rows_by_kind.items() if rows}
    for row in info.rows:
        scale = scales[row.has_blocks]
        middle = top + scale.line_height / 2
        titles = [("dynas-stage", line) for line in wrap_name(row.title, _TITLE_LETTERS)]
        labels = [*titles, *(("dynas-edge", line) for line in row.note.split(", ") if line)]
        parts += [
            f'<text class="{kind}" x="0" y="{middle + 4.5 + 17 * (i - (len(labels) - 1) / 2):.1f}">'
            f"{escape(text)}</text>"
            for i, (kind, text) in enumerate(labels[:_MAX_LABEL_LINES])
        ]
        for left, boxes in zip(lefts, row.columns, strict=True):
            for i, box in enumerate(boxes):
                x = left + (i % scale.per_line) * (scale.cell_width + _GAP)
                y = middle + scale.line_height * (i // scale.per_line)
                parts.append(_block_svg(box, x, y, scale))
        top += scale.line_height * -(-len(row.columns[0]) // scale.per_line)
    text = escape(info.description, quote=True)
    return (
        f'<svg class="dynas-diagram dynas-aligned" viewBox="0 0 {_WIDTH:.0f} {top + 4:.0f}" '
        f'role="img" aria-label="{text}" xmlns="http://www.w3.org/2000/svg">{"".join(parts)}</svg>'
    )


def _block_svg(block: ComparedBlock, left: float, middle: float, scale: _Scale) -> str:
    kind, cell_width = "kept" if block.is_active else "skipped", scale.cell_width
    longest = max(map(len, block.words)) if block.is_active else 1
    text_width = _LETTER_WIDTH * longest + _TEXT_MARGIN
    block_width = cell_width * max(block.relative_width, _MIN_WIDTH_SHARE)
    width = min(max(block_width, text_width), cell_width)
    height = scale.min_height + (scale.max_height - scale.min_height) * block.relative_height
    x, y, centre = left + (cell_width - width) / 2, middle - height / 2, left + cell_width / 2
    lines = block.words if block.is_active else ("–",)
    start = middle + 4.5 - _LINE_HEIGHT / 2 * (len(lines) - 1)
    words = "".join(
        f'<text class="dynas-block-label-{kind}" x="{centre:.1f}" '
        f'y="{start + _LINE_HEIGHT * i:.1f}" text-anchor="middle">'
        f"{escape(truncate(word, width))}</text>"
        for i, word in enumerate(lines)
    )
    outline = ""
    if block.is_different:
        outline = (
            f'<rect class="dynas-differs" x="{x - _OUTLINE:.1f}" y="{y - _OUTLINE:.1f}" '
            f'width="{width + 2 * _OUTLINE:.1f}" height="{height + 2 * _OUTLINE:.1f}" rx="7"/>'
        )
    return (
        f'<rect class="dynas-block-{kind}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" '
        f'height="{height:.1f}" rx="5"/>{words}{outline}'
    )
