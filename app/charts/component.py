"""A Plotly chart that is updated in place: zoom, pan and selection outlive every update."""

from collections.abc import Callable, Mapping

import streamlit as st

from app.charts.packing import with_packed_arrays
from app.charts.plotly_script import ADDRESS
from app.components import component
from engine.analysis.charts.parallel import Ranges
from engine.analysis.figures.layout import Figure
from engine.analysis.figures.markup import escape_markup

_mount = component(
    "dynas_chart", html='<div class="dynas-chart"></div>\n', module="charts/chart.js"
)


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
    on_pick: Callable[[int], None] | None = None,
    on_pick_of: Callable[[str, int], None] | None = None,
    on_brush: Callable[[Ranges], None] | None = None,
) -> None:
    """Draw `figure` in the place that `key` names, changing only what changed.

    `name` ends up in file names and in `data-testid="chart-NAME"` and `"plot-NAME"`;
    `description` is the text alternative; `empty` replaces the drawing where there is nothing to
    draw; `note` stands below it; `about` explains it on request. Charts with the same `link` share
    selection, replayed moment and matches in the browser. `on_pick` is called with the number of a
    sub-network whose point was clicked, `on_pick_of` with its run before where a chart shows
    several (the `meta.runs` of its traces), `on_brush` with all brushed ranges of parallel
    coordinates.
    """

    def picked() -> None:
        found = st.session_state[key].get("picked")
        if isinstance(found, Mapping) and on_pick_of is not None:
            on_pick_of(str(found["run"]), int(found["number"]))
        elif isinstance(found, int | float) and on_pick is not None:
            on_pick(int(found))

    def brushed() -> None:
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
            "about": about,
            "link": link,
            "pickable": on_pick is not None or on_pick_of is not None,
            "script": ADDRESS.lstrip("/"),
        },
        on_picked_change=picked,
        on_brushed_change=brushed,
    )
