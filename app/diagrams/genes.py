"""A sub-network of a space without parts: a row for each kind of gene, a box for each gene."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

from engine.gene_names import kind_title
from engine.space import Choice, Gene, SearchSpace

_WIDTH, _LEFT = 600, 130
_PER_LINE = 10
_MAX_LISTED = 8  # choices that are written out
_MAX_WIDTH, _LETTER_WIDTH = 84.0, 8.0  # of a box with short values; of a letter
_GAP, _LINE_HEIGHT, _MAX_HEIGHT, _MIN_HEIGHT = 6, 46, 38, 18


@dataclass(frozen=True)
class GeneBox:
    """One gene: its value, and the rank of that among its choices, in (0, 1].

    The rank of choices without an order is 0.5.
    """

    value: str
    relative_size: float
    is_active: bool


@dataclass(frozen=True)
class GeneRow:
    """The genes of a kind in their order."""

    name: str
    boxes: tuple[GeneBox, ...]

    @property
    def text(self) -> str:
        """The row in words."""
        return f"{self.name}: {self.values}."

    @property
    def values(self) -> str:
        """The values in order; `off` where a gene has no effect."""
        return ", ".join(box.value if box.is_active else "off" for box in self.boxes)


def gene_rows(space: SearchSpace, config: Mapping[str, Any]) -> tuple[GeneRow, ...]:
    """A row for each kind of gene of a config; raises SpaceError if it is not in `space`."""
    genotype = space.encode(config)
    active = space.active(genotype[None])[0]
    rows: dict[str, list[GeneBox]] = {}
    for gene, choice, is_on in zip(space.genes, genotype, active, strict=True):
        box = GeneBox(gene.text(choice), relative_size(gene, int(choice)), bool(is_on))
        rows.setdefault(kind_title(gene), []).append(box)
    return tuple(GeneRow(title, tuple(boxes)) for title, boxes in rows.items())


def relative_size(gene: Gene, choice: int) -> float:
    """The rank by size of the choice with that index among all of its gene, in (0, 1]."""
    if not gene.ordered:
        return 0.5
    rank = choice if gene.direction > 0 else len(gene.choices) - 1 - choice
    return (rank + 1) / len(gene.choices)


def size_legend(space: SearchSpace, taller: str) -> str:
    """The meaning of the height of a box: `taller` for ordered choices, none for others."""
    if space.ordered.all():
        return taller
    if not space.ordered.any():
        return "All of one height: choices without an order."
    return f"{taller.rstrip('.')}; of middle height: without an order."


def genes_text(space: SearchSpace) -> list[str]:
    """The choices of each kind, such as `Depth: 1, 2 or 3` and `Heads, 4 times: 1 or 2`."""
    counts: dict[tuple[str, Sequence[Choice]], int] = {}
    for gene in space.genes:
        title_and_choices = (kind_title(gene), gene.choices)
        counts[title_and_choices] = counts.get(title_and_choices, 0) + 1
    sentences = []
    for (title, choices), count in counts.items():
        values = _choices_text(choices)
        times = f", {count} times" if count > 1 else ""
        sentences.append(f"{title}{times}: {values}")
    return sentences


def _choices_text(choices: Sequence[Choice]) -> str:
    if isinstance(choices, range) and len(choices) > _MAX_LISTED:
        steps = f" in steps of {abs(choices.step)}" if abs(choices.step) > 1 else ""
        low, high = sorted((choices[0], choices[-1]))
        return f"{low:,} to {high:,}{steps}"
    if len(choices) > _MAX_LISTED:
        listed = ", ".join(map(str, choices[: _MAX_LISTED - 1]))
        return f"{listed} or {len(choices) - _MAX_LISTED + 1} more"
    *others, last = map(str, choices)
    return f"{', '.join(others)} or {last}" if others else last


def genes_svg(rows: tuple[GeneRow, ...]) -> str:
    """The drawing as inline SVG in the theme's colours, with its text alternative."""
    per_line = min(_PER_LINE, max(len(row.boxes) for row in rows))
    longest = max(len(box.value) for row in rows for box in row.boxes)
    max_width = max(_MAX_WIDTH, _LETTER_WIDTH * longest + 2 * _GAP)
    width = min(max_width, (_WIDTH - _LEFT + _GAP) / per_line - _GAP)
    parts, top = [], 4.0
    for row in rows:
        y = top + _LINE_HEIGHT / 2 + 4.5
        parts.append(f'<text class="dynas-stage" x="0" y="{y:.1f}">{escape(row.name)}</text>')
        for first in range(0, len(row.boxes), _PER_LINE):
            line = row.boxes[first : first + _PER_LINE]
            lefts = _LEFT + np.arange(len(line)) * (width + _GAP)
            middle = top + _LINE_HEIGHT / 2
            parts += [_box_svg(b, x, middle, width) for b, x in zip(line, lefts, strict=True)]
            top += _LINE_HEIGHT
    text = escape(" ".join(row.text for row in rows), quote=True)
    return (
        f'<svg class="dynas-diagram" viewBox="0 0 {_WIDTH} {top + 4:.0f}" role="img" '
        f'aria-label="{text}" xmlns="http://www.w3.org/2000/svg">{"".join(parts)}</svg>'
    )


def truncate(word: str, width: float) -> str:
    """As much of a word as fits into a box of that width."""
    letters = max(int(width / _LETTER_WIDTH), 1)
    return word if len(word) <= letters else f"{word[: letters - 1]}…"


def _box_svg(box: GeneBox, left: float, middle: float, width: float) -> str:
    kind = "kept" if box.is_active else "skipped"
    text = truncate(box.value, width) if box.is_active else "off"
    height = _MIN_HEIGHT + (_MAX_HEIGHT - _MIN_HEIGHT) * (
        box.relative_size if box.is_active else 0.0
    )
    return (
        f'<rect class="dynas-block-{kind}" x="{left:.1f}" y="{middle - height / 2:.1f}" '
        f'width="{width:.1f}" height="{height:.1f}" rx="5"/>'
        f'<text class="dynas-block-label-{kind}" x="{left + width / 2:.1f}" y="{middle + 4.5:.1f}" '
        f'text-anchor="middle">{escape(text)}</text>'
    )
