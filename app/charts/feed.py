"""What a chart of a growing run draws, sent once: after the first time only what is new.

A figure with a `feed` holds no points. The browser asks the feed for those it does not have yet.
"""

from typing import Any
from urllib.parse import urlencode

import numpy as np

from app.charts.thinning import packed, thinned
from engine.runs.growing import Numbers, Values
from engine.runs.history import RunHistory

ADDRESS = "/feed/points"

DRAWN = 800
"""Points off the front that are sent at first; of more, as many.

So many a browser draws anew as SVG within 0.1 s. WebGL draws more, but without a graphics card it
blocks for longer than that however few there are, and ten tabs share one.
"""

_MOST = DRAWN * 3 // 2


def feed_spec(
    run: str, x: str, y: str, upto: int, divide: tuple[float, float] = (1.0, 1.0)
) -> dict[str, Any]:
    """What the browser needs to know: where to ask, how far at least, and the axes' units."""
    query = urlencode({"run": run, "x": x, "y": y})
    address = f"{ADDRESS.lstrip('/')}?{query}"
    return {"run": run, "address": address, "upto": upto, "divide": list(divide)}


def points_after(
    history: RunHistory, x: str, y: str, after: int, risen: int, limit: int = DRAWN
) -> dict[str, Any]:
    """The points of column `y` over column `x` of evaluations with numbers above `after`.

    Columns are metrics, or predictions as `prediction_of` names them, in the metric's unit. From
    the start, of more than `limit` points off the front about `limit` come; they are spread as all
    are; `measured` counts them all. `front` lists the numbers of the whole front. `steps` are the
    evaluations above `risen` at which the hypervolume rose. A browser that holds more points than
    `most` should ask from the start again.
    """
    front = np.array(sorted(history.front_numbers), dtype=np.int64)
    columns = history.columns()
    xs, ys = columns.named(x), columns.named(y)
    shown = np.isfinite(xs) & np.isfinite(ys)
    rows = after + np.flatnonzero(shown[after:])
    if after == 0 and len(rows):
        rows = rows[_kept(rows, xs, ys, front, limit)]
    steps, heights = _steps(history.hypervolume[: len(columns)], risen)
    return {
        "upto": len(columns),
        "measured": int(shown.sum()),
        "number": packed(rows + 1, "i4"),
        "x": packed(xs[rows], "f8"),
        "y": packed(ys[rows], "f8"),
        "cycle": packed(columns.cycle[rows], "i4"),
        "missed": packed(columns.missed[rows], "i4"),
        "extrapolated": packed(columns.extrapolated[rows], "u1"),
        "front": packed(front, "i4"),
        "steps": packed(steps, "i4"),
        "heights": packed(heights, "f8"),
        "most": _MOST + len(front),
    }


def _kept(rows: Numbers, xs: Values, ys: Values, front: Numbers, limit: int) -> Any:
    on_front = np.isin(rows + 1, front)
    return thinned(np.column_stack([xs[rows], ys[rows]]), on_front, limit)


def _steps(hypervolume: Values, risen: int) -> tuple[Numbers, Values]:
    rises = np.flatnonzero(np.diff(hypervolume, prepend=-1.0) > 0)
    rises = rises[rises >= risen]
    return rises + 1, hypervolume[rises]
