"""Placement of text labels beside points, so that none covers another.

Sizes are in pixels of a chart on a screen of 1280: on a larger one, labels that do not overlap here
do not overlap either. Boxes are `(left, low, right, high)`, y upwards.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

WIDTH, HEIGHT = 380.0, 265.0  # of the points' extent
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
"""Plotly's names of the sides, the preferred first."""

_LETTER_WIDTH, _LINE_HEIGHT = 7.2, 14.0  # of the font
_POINT_RADIUS, _LABELLED_RADIUS = 6.0, 11.0  # half a point's width
_LEFT, _RIGHT, _LOW, _HIGH = -22.0, WIDTH + 30, -18.0, HEIGHT + 16  # axes and legend lie beyond
_ON_LABEL, _ON_LABELLED_POINT, _ON_POINT, _OUTSIDE, _LESS_PREFERRED = 1000.0, 40.0, 8.0, 5000.0, 0.1
_ROUNDS = 4

Boxes = npt.NDArray[np.float64]


@dataclass(frozen=True)
class TextLabels:
    """Lines beside a point at shares `x` and `y` of the points' extent, `gap` pixels away."""

    x: float
    y: float
    lines: tuple[str, ...]
    gap: float
    first: str = SIDES[0]

    def box(self, side: str) -> Boxes:
        """The area that the lines cover on a side, `(4,)`."""
        across = _LETTER_WIDTH * max(len(line) for line in self.lines)
        tall = _LINE_HEIGHT * len(self.lines)
        vertical, horizontal = side.split()
        left = {"left": -self.gap - across, "center": -across / 2, "right": self.gap}[horizontal]
        low = {"bottom": -self.gap - tall, "middle": -tall / 2, "top": self.gap}[vertical]
        x, y = self.x * WIDTH + left, self.y * HEIGHT + low
        return np.array([x, y, x + across, y + tall])


def place_labels(labels: Sequence[TextLabels], points: npt.NDArray[np.float64]) -> list[str]:
    """The side of each label; `points` are all of the chart, `(n, 2)`, in shares as of labels."""
    label_sides = [label.first for label in labels]
    point_boxes = _boxes_around(points, _POINT_RADIUS)
    labelled_point_boxes = _boxes_around(
        np.array([[w.x, w.y] for w in labels]).reshape(-1, 2), _LABELLED_RADIUS
    )
    for _ in range(_ROUNDS):
        previous_sides = list(label_sides)
        for i, label in enumerate(labels):
            other_boxes = [
                w.box(s) for w, s in zip(labels, label_sides, strict=True) if w is not label
            ]
            label_boxes = np.array(other_boxes).reshape(-1, 4)
            costs = {
                side: _placement_cost(label, side, label_boxes, labelled_point_boxes, point_boxes)
                for side in SIDES
            }
            label_sides[i] = min(costs, key=costs.__getitem__)
        if label_sides == previous_sides:
            break
    return label_sides


def _placement_cost(
    label: TextLabels,
    side: str,
    label_boxes: Boxes,
    labelled_point_boxes: Boxes,
    point_boxes: Boxes,
) -> float:
    box = label.box(side)
    is_outside = box[0] < _LEFT or box[1] < _LOW or box[2] > _RIGHT or box[3] > _HIGH
    preference = 0 if side == label.first else 1 + SIDES.index(side)
    return float(
        _OUTSIDE * is_outside
        + _ON_LABEL * _overlap_count(box, label_boxes)
        + _ON_LABELLED_POINT * _overlap_count(box, labelled_point_boxes)
        + _ON_POINT * _overlap_count(box, point_boxes)
        + _LESS_PREFERRED * preference
    )


def _boxes_around(points: npt.NDArray[np.float64], half_width: float) -> Boxes:
    centres = points * (WIDTH, HEIGHT)
    return np.hstack([centres - half_width, centres + half_width])


def _overlap_count(box: Boxes, other_boxes: Boxes) -> int:
    """The number of `(n, 4)` boxes that a box overlaps."""
    is_apart = (other_boxes[:, :2] >= box[2:]) | (other_boxes[:, 2:] <= box[:2])
    return int((~is_apart.any(axis=1)).sum())
