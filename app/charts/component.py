"""A Plotly chart that is updated in place: zoom, pan and selection outlive every update."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from app.charts.layout import Figure
from app.charts.plotly_script import ADDRESS

_FOLDER = Path(__file__).parent

_mount = st.components.v2.component(
    "dynas_chart",
    html='<div class="dynas-chart"></div>\n',
    css=(_FOLDER / "chart.css").read_text(),
    js=(_FOLDER / "chart.js").read_text(),
    isolate_styles=False,
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
    on_pick: Callable[[int], None] | None = None,
) -> None:
    """Draw `figure` in the place that `key` names, changing only what changed.

    `name` ends up in file names and in `data-testid="chart-NAME"` and `"plot-NAME"`;
    `description` is the text alternative; `empty` replaces the drawing where there is nothing to
    draw. `on_pick` is called with the number of a sub-network whose point was clicked.
    """

    def picked() -> None:
        number = st.session_state[key].get("picked")
        if on_pick is not None and number is not None:
            on_pick(int(number))

    _mount(
        key=key,
        data={
            "figure": figure,
            "name": name,
            "title": title,
            "description": description,
            "height": height,
            "empty": empty,
            "pickable": on_pick is not None,
            "script": ADDRESS.lstrip("/"),
        },
        on_picked_change=picked,
    )
