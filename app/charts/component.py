"""The chart component: a Plotly figure that is updated in place and keeps zoom and selection."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from app.charts.plotly_script import ADDRESS
from app.components import component
from app.documentation.links import documentation_url
from app.terms import TERMS
from engine.analysis.charts.parallel import Ranges
from engine.analysis.figures.layout import Figure
from engine.analysis.figures.markup import escape_markup
from engine.analysis.figures.packing import with_packed_arrays

_mount = component(
    "dynas_chart", html='<div class="dynas-chart"></div>\n', module="charts/chart.js"
)


def _narrow_layout(figure: Figure, height: int) -> dict[str, Any]:
    return {"layout": escape_markup({**figure, "data": []})["layout"], "height": height}


def _explained(term: str) -> dict[str, str]:
    return {
        "about": TERMS[term] if term else "",
        "more": documentation_url(term) if term else "",
    }


def chart(
    figure: Figure,
    *,
    name: str,
    title: str,
    description: str,
    height: int,
    key: str,
    empty: str = "",
    note: str = "",
    about: str = "",
    link: str = "",
    narrow: tuple[Figure, int] | None = None,
    on_pick: Callable[[int], None] | None = None,
    on_pick_in_run: Callable[[str, int], None] | None = None,
    on_brush: Callable[[Ranges], None] | None = None,
) -> None:
    """Draw `figure`; a chart with the same `key` is updated in place.

    `name` ends up in file names and in `data-testid="chart-NAME"` and `"plot-NAME"`;
    `description` is the text alternative; a text in `empty` replaces a drawing without data;
    `note` is printed below it; `about` is the term of `app.terms` that explains it. Charts with
    the same `link` share selection, replayed moment and filter in the browser. On a narrow screen
    the layout of the figure in `narrow`, of the same traces, and its height count.

    `on_pick` is called with the number of a sub-network that is clicked, `on_pick_in_run` with its
    run too (of the `meta.runs` of its traces), `on_brush` with all ranges of parallel coordinates.
    """

    def handle_pick() -> None:
        point = st.session_state[key].get("picked")
        if isinstance(point, Mapping) and on_pick_in_run is not None:
            on_pick_in_run(str(point["run"]), int(point["number"]))
        elif isinstance(point, int | float) and on_pick is not None:
            on_pick(int(point))

    def handle_brush() -> None:
        ranges = st.session_state[key].get("brushed")
        if on_brush is not None and ranges is not None:
            on_brush(ranges)

    _mount(
        key=key,
        data={
            "figure": with_packed_arrays(escape_markup(figure)),
            "name": name,
            "title": title,
            "description": description,
            "height": height,
            "empty": empty,
            "note": note,
            **_explained(about),
            "link": link,
            "narrow": _narrow_layout(*narrow) if narrow else None,
            "pickable": on_pick is not None or on_pick_in_run is not None,
            "script": ADDRESS.lstrip("/"),
        },
        on_picked_change=handle_pick,
        on_brushed_change=handle_brush,
    )
