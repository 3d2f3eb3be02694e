"""On which side of its point each word of a chart stands, so that none covers another.

Everything is in pixels of a chart on a screen of 1280: where there is more room, words that do not
meet there do not meet either. Boxes are `(left, low, right, high)`, y upwards.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

WIDTH, HEIGHT = 380.0, 265.0  # of what the points span
SIDES = (
    "top left",
    "bottom right",
    "middle left",
    "top center",
    "middle right",
    "bottom left",
    "bottom center",
    "top right",
)
"""As Plotly calls them, the preferred first."""

_LETTER, _LINE = 7.2, 14.0  # a letter's width, a line's height
_POINT, _MARKED = 6.0, 11.0  # half a point's width, and that of one with words
_LEFT, _RIGHT, _LOW, _HIGH = -22.0, WIDTH + 30, -18.0, HEIGHT + 16  # beyond are axes and legend
_ON_WORDS, _ON_MARKED, _ON_POINT, _OUTSIDE, _LESS_LIKED = 1000.0, 40.0, 8.0, 5000.0, 0.1
_ROUNDS = 4

Boxes = npt.NDArray[np.float64]


@dataclass(frozen=True)
class TextLabels:
    """Lines beside a point at shares `x` and `y` of what the points span, `gap` pixels away."""

    x: float
    y: float
    lines: tuple[str, ...]
    gap: float
    first: str = SIDES[0]

    def box(self, side: str) -> Boxes:
        """What they cover on that side, `(4,)`."""
        across = _LETTER * max(len(line) for line in self.lines)
        tall = _LINE * len(self.lines)
        vertical, horizontal = side.split()
        left = {"left": -self.gap - across, "center": -across / 2, "right": self.gap}[horizontal]
        low = {"bottom": -self.gap - tall, "middle": -tall / 2, "top": self.gap}[vertical]
        x, y = self.x * WIDTH + left, self.y * HEIGHT + low
        return np.array([x, y, x + across, y + tall])


def sides(words: Sequence[TextLabels], points: npt.NDArray[np.float64]) -> list[str]:
    """The side for each; `points` are all of the chart, `(n, 2)`, in shares as those of words."""
    chosen = [word.first for word in words]
    spots = _around(points, _POINT)
    marked = _around(np.array([[w.x, w.y] for w in words]).reshape(-1, 2), _MARKED)
    for _ in range(_ROUNDS):
        before = list(chosen)
        for i, word in enumerate(words):
            others = [w.box(s) for w, s in zip(words, chosen, strict=True) if w is not word]
            taken = np.array(others).reshape(-1, 4)
            costs = {side: _cost(word, side, taken, marked, spots) for side in SIDES}
            chosen[i] = min(costs, key=costs.__getitem__)
        if chosen == before:
            break
    return chosen


def _cost(word: TextLabels, side: str, taken: Boxes, marked: Boxes, spots: Boxes) -> float:
    box = word.box(side)
    outside = box[0] < _LEFT or box[1] < _LOW or box[2] > _RIGHT or box[3] > _HIGH
    liked = 0 if side == word.first else 1 + SIDES.index(side)
    return float(
        _OUTSIDE * outside
        + _ON_WORDS * _meeting(box, taken)
        + _ON_MARKED * _meeting(box, marked)
        + _ON_POINT * _meeting(box, spots)
        + _LESS_LIKED * liked
    )


def _around(points: npt.NDArray[np.float64], reach: float) -> Boxes:
    at = points * (WIDTH, HEIGHT)
    return np.hstack([at - reach, at + reach])


def _meeting(box: Boxes, others: Boxes) -> int:
    """With how many of `(n, 4)` a box overlaps."""
    apart = (others[:, :2] >= box[2:]) | (others[:, 2:] <= box[:2])
    return int((~apart.any(axis=1)).sum())
