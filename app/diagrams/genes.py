"""A sub-network of a space without parts: a row a kind of gene, a box a gene, taller is larger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

from engine.gene_names import capitalised, gene_kind
from engine.space import Choice, Gene, SearchSpace

_WIDTH, _LEFT = 600, 130
_IN_A_LINE = 10
_LISTED = 8  # choices that are written one by one
_WIDEST, _LETTER = 84.0, 8.0  # of a box, unless values are long; of a letter in it
_GAP, _LINE, _TALLEST, _SHORTEST = 6, 46, 38, 18


@dataclass(frozen=True)
class GeneBox:
    """One gene: its value, and where among its choices that stands, in (0, 1].

    Choices without an order all stand in the middle.
    """

    value: str
    share: float
    active: bool


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
        return ", ".join(box.value if box.active else "off" for box in self.boxes)


def gene_rows(space: SearchSpace, config: Mapping[str, Any]) -> tuple[GeneRow, ...]:
    """A row a kind of gene of a config; raises SpaceError if it is not in `space`."""
    genotype = space.encode(config)
    active = space.active(genotype[None])[0]
    rows: dict[str, list[GeneBox]] = {}
    for gene, choice, on in zip(space.genes, genotype, active, strict=True):
        box = GeneBox(gene.text(choice), share_of(gene, int(choice)), bool(on))
        rows.setdefault(gene_kind(gene), []).append(box)
    return tuple(GeneRow(capitalised(kind), tuple(boxes)) for kind, boxes in rows.items())


def share_of(gene: Gene, choice: int) -> float:
    """Where the choice with that index stands among all of a gene by size, in (0, 1]."""
    if not gene.ordered:
        return 0.5
    below = choice if gene.direction > 0 else len(gene.choices) - 1 - choice
    return (below + 1) / len(gene.choices)


def size_legend(space: SearchSpace, taller: str) -> str:
    """What the height of a box means: `taller`, and nothing where choices have no order."""
    if space.ordered.all():
        return taller
    if not space.ordered.any():
        return "All of one height: choices without an order."
    return f"{taller.rstrip('.')}; of middle height: without an order."


def genes_text(space: SearchSpace) -> list[str]:
    """What there is to choose, such as `Depth: 1, 2 or 3` and `Heads, 4 times: 1 or 2`."""
    counts: dict[tuple[str, Sequence[Choice]], int] = {}
    for gene in space.genes:
        known = (gene_kind(gene), gene.choices)
        counts[known] = counts.get(known, 0) + 1
    sentences = []
    for (kind, choices), count in counts.items():
        values = _choices_text(choices)
        times = f", {count} times" if count > 1 else ""
        sentences.append(f"{capitalised(kind)}{times}: {values}")
    return sentences


def _choices_text(choices: Sequence[Choice]) -> str:
    if isinstance(choices, range) and len(choices) > _LISTED:
        steps = f" in steps of {abs(choices.step)}" if abs(choices.step) > 1 else ""
        low, high = sorted((choices[0], choices[-1]))
        return f"{low:,} to {high:,}{steps}"
    if len(choices) > _LISTED:
        return f"{', '.join(map(str, choices[: _LISTED - 1]))} or {len(choices) - _LISTED + 1} more"
    *most, last = map(str, choices)
    return f"{', '.join(most)} or {last}" if most else last


def genes_svg(rows: tuple[GeneRow, ...]) -> str:
    """The drawing as inline SVG in the theme's colours, with its text alternative."""
    most = min(_IN_A_LINE, max(len(row.boxes) for row in rows))
    longest = max(len(box.value) for row in rows for box in row.boxes)
    widest = max(_WIDEST, _LETTER * longest + 2 * _GAP)
    cell = min(widest, (_WIDTH - _LEFT + _GAP) / most - _GAP)
    parts, top = [], 4.0
    for row in rows:
        y = top + _LINE / 2 + 4.5
        parts.append(f'<text class="dynas-stage" x="0" y="{y:.1f}">{escape(row.name)}</text>')
        for first in range(0, len(row.boxes), _IN_A_LINE):
            line = row.boxes[first : first + _IN_A_LINE]
            lefts = _LEFT + np.arange(len(line)) * (cell + _GAP)
            middle = top + _LINE / 2
            parts += [_box_svg(b, x, middle, cell) for b, x in zip(line, lefts, strict=True)]
            top += _LINE
    text = escape(" ".join(row.text for row in rows), quote=True)
    return (
        f'<svg class="dynas-diagram" viewBox="0 0 {_WIDTH} {top + 4:.0f}" role="img" '
        f'aria-label="{text}" xmlns="http://www.w3.org/2000/svg">{"".join(parts)}</svg>'
    )


def fitting(word: str, width: float) -> str:
    """As much of a word as a box of that width has room for."""
    letters = max(int(width / _LETTER), 1)
    return word if len(word) <= letters else f"{word[: letters - 1]}…"


def _box_svg(box: GeneBox, left: float, middle: float, width: float) -> str:
    kind = "kept" if box.active else "skipped"
    height = _SHORTEST + (_TALLEST - _SHORTEST) * (box.share if box.active else 0.0)
    return (
        f'<rect class="dynas-block-{kind}" x="{left:.1f}" y="{middle - height / 2:.1f}" '
        f'width="{width:.1f}" height="{height:.1f}" rx="5"/>'
        f'<text class="dynas-block-label-{kind}" x="{left + width / 2:.1f}" y="{middle + 4.5:.1f}" '
        f'text-anchor="middle">{escape(fitting(box.value, width)) if box.active else "off"}</text>'
    )
