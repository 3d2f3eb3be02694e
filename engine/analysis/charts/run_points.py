"""The points of a run over two columns, all of them or only new ones."""

from dataclasses import dataclass

import numpy as np

from engine.analysis.charts.downsampling import downsample
from engine.runs.history import RunHistory
from engine.runs.incremental_columns import ColumnArrays, Numbers, Values

MAX_POINTS = 800
"""Points off the front that a page loads at first, at most.

A browser redraws that many as SVG within 0.1 s. WebGL draws more, but without a graphics card it
blocks for longer than that however few there are, and ten tabs share one.
"""


@dataclass(frozen=True)
class RunPoints:
    """Points as `(k,)` arrays, ascending by `number`; `x` and `y` are in the columns' own units.

    `missed` and `extrapolated` are as of `ColumnArrays`. `front` lists the numbers of the whole
    front, `measured` counts all points among the first `evaluation_count` evaluations.
    """

    evaluation_count: int
    measured: int
    number: Numbers
    x: Values
    y: Values
    cycle: Numbers
    missed: Numbers
    extrapolated: Numbers
    front: Numbers


def run_points(
    history: RunHistory, x: str, y: str, after: int = 0, limit: int = MAX_POINTS
) -> RunPoints:
    """The points of column `y` over column `x` of evaluations with numbers above `after`.

    Columns are metrics, or predictions as `prediction_of` names them. With `after` 0, about `limit`
    of the points off the front are returned, with the same distribution.
    """
    front = np.array(sorted(history.front_numbers), dtype=np.int64)
    columns: ColumnArrays = history.columns()
    xs, ys = columns.column(x), columns.column(y)
    is_drawable = np.isfinite(xs) & np.isfinite(ys)
    rows = after + np.flatnonzero(is_drawable[after:])
    if after == 0 and len(rows):
        on_front = np.isin(rows + 1, front)
        rows = rows[downsample(np.column_stack([xs[rows], ys[rows]]), on_front, limit)]
    return RunPoints(
        len(columns),
        int(is_drawable.sum()),
        rows + 1,
        xs[rows],
        ys[rows],
        columns.cycle[rows],
        columns.missed[rows],
        columns.extrapolated[rows],
        front,
    )
