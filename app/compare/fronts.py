"""The chart of the fronts of several runs, on the Compare page."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from app import baselines
from app.axis_choice import plane_choice
from app.charts.component import chart
from app.compare.selected_point import select, selected_panel, selected_point
from app.display_names import name_markdown
from app.formatting import escape_markdown
from engine.analysis.charts.baselines import BaselinesInfo
from engine.analysis.comparison.fronts import FrontsInfo, fronts_info
from engine.analysis.comparison.groups import SeriesGroup
from engine.analysis.comparison.multiples import multiples_info
from engine.analysis.comparison.series import Series
from engine.analysis.comparison.sources import shared_metric
from engine.analysis.figures.baselines import with_baselines
from engine.analysis.figures.fronts import fronts_figure
from engine.analysis.figures.multiples import multiples_figure, multiples_height

PANELS = 24
"""Panels of a page of small multiples."""

_HEIGHT = 400
_TOO_FEW_METRICS = (
    "These runs have fewer than two metrics in common, so that no chart can show them together. "
    "Pick runs that measured the same."
)

_Overlays = dict[str, BaselinesInfo]  # by the id of the first run of a series


@dataclass(frozen=True)
class ViewChoice:
    """The metrics of the axes, and whether baselines are shown."""

    x: str
    y: str
    shows_baselines: bool


def view_choice(
    all_series: Sequence[Series], names: list[str], has_baselines: bool = True
) -> ViewChoice:
    """Draw the choice of the axes, of `names`, and the switch of baselines where there are any."""
    histories = [history for series in all_series for history in series.histories]
    labels = {name: shared_metric(histories, name).label for name in names}
    with st.container(horizontal=True, vertical_alignment="center"):
        x, y = plane_choice("compare", labels, (names[1], names[0]))
        return ViewChoice(x, y, has_baselines and baselines.baselines_switch())


def fronts_chart(all_series: Sequence[Series], choice: ViewChoice | None) -> None:
    """Draw the fronts; without a `choice`, say why they cannot be in one chart."""
    if choice is None:
        st.info(_TOO_FEW_METRICS, icon=":material/info:")
        return
    info = fronts_info(all_series, choice.x, choice.y)
    found = _found_baselines(all_series, info) if choice.shows_baselines else {}
    for sentence in info.warnings:
        st.warning(escape_markdown(sentence), icon=":material/warning:")
    selected = selected_point(all_series)
    is_empty = not any(front.points for front in info.fronts)
    chart(
        with_baselines(
            fronts_figure(
                info, info.position_of(selected[0].id, selected[1].number) if selected else None
            ),
            *_once_per_supernet(all_series, found),
        ),
        name="fronts",
        title=info.title,
        description=info.description,
        height=_HEIGHT,
        key="compare_fronts",
        empty="The first measured sub-network appears here." if is_empty else "",
        on_pick_in_run=select,
    )
    if not is_empty:
        selected_panel(selected)
    notes = [
        f"**{name_markdown(name)}** optimised other metrics than these two." for name in info.others
    ]
    if info.has_attainment_line:
        notes.append(
            "The line of several seeds goes through what at least half of them reach (the median "
            "attainment surface); the points are their own fronts."
        )
    notes += [
        f"**{name_markdown(series.legend)}**: {escape_markdown(overlay.sentence)}"
        for series in all_series
        if (overlay := found.get(series.first.id)) is not None and overlay.sentence
    ]
    if notes:
        st.caption("  \n".join(notes))
    if choice.shows_baselines:
        _measure_panel(all_series, found)


def series_names(all_series: Sequence[Series]) -> str:
    """The short names of series as Markdown."""
    return ", ".join(f"**{name_markdown(series.legend)}**" for series in all_series)


def multiples_charts(groups: Sequence[SeriesGroup], choice: ViewChoice | None) -> None:
    """Draw the front of each series in a panel of its own, page by page if there are many.

    Each group has a chart with axes and a common front of its own.
    """
    if choice is None:
        st.info(_TOO_FEW_METRICS, icon=":material/info:")
        return
    count = sum(len(group.series) for group in groups)
    pages = math.ceil(count / PANELS)
    page = 1
    if pages > 1:
        page = st.segmented_control(
            "Panels",
            range(1, pages + 1),
            default=1,
            required=True,
            format_func=lambda n: _page_text(n, count),
            key="panels",
            bind="query-params",
            label_visibility="collapsed",
        )
    first, is_empty = ((page or 1) - 1) * PANELS, True
    for number, group in enumerate(groups):
        start, stop = max(first, 0), max(first + PANELS, 0)
        first -= len(group.series)
        if start >= len(group.series) or not stop:
            continue
        is_empty = not _group_chart(group, choice, start, stop, number) and is_empty
    if not is_empty:
        selected_panel(selected_point([series for group in groups for series in group.series]))


def _group_chart(
    group: SeriesGroup, choice: ViewChoice, start: int, stop: int, number: int
) -> bool:
    """Draw the panels of some series of a group; whether there is something in them."""
    if group.reason:
        st.warning(
            f"{series_names(group.series)} cannot be held against the first runs: "
            f"{escape_markdown(group.reason)}.",
            icon=":material/warning:",
        )
    info = multiples_info(group.series, choice.x, choice.y)
    for sentence in info.info.warnings:
        st.warning(escape_markdown(sentence), icon=":material/warning:")
    shown = info.part(start, stop)
    selected = selected_point(group.series)
    panels = len(shown.info.fronts)
    chart(
        multiples_figure(shown, (selected[0].id, selected[1].number) if selected else None),
        name=f"multiples-{number + 1}" if number else "multiples",
        title=info.info.title,
        description=shown.description,
        height=multiples_height(panels),
        narrow=(multiples_figure(shown, None, 1), multiples_height(panels, 1)),
        key=f"compare_multiples_{number + 1}" if number else "compare_multiples",
        empty="" if info.together else "The first measured sub-network appears here.",
        note="The dotted line is the front of all of them together; the percentage is the share of "
        "it that a run has."
        if len(group.series) > 1
        else "",
        on_pick_in_run=select,
    )
    return bool(info.together)


def _page_text(page: int, count: int) -> str:
    first = (page - 1) * PANELS + 1
    return f"{first}\u2013{min(first + PANELS - 1, count)}"


def _found_baselines(all_series: Sequence[Series], info: FrontsInfo) -> _Overlays:
    """The measured baselines of each series; those of several supernets are told apart by name."""
    supernets = {series.first.supernet_name for series in all_series}
    overlays = {
        series.first.id: baselines.overlay(
            series.first, info.x, info.y, series.first.supernet_name if len(supernets) > 1 else ""
        )
        for series in all_series
    }
    return {run: overlay for run, overlay in overlays.items() if overlay is not None}


def _once_per_supernet(all_series: Sequence[Series], found: _Overlays) -> list[BaselinesInfo]:
    """The overlays to draw: series that share their measurements have the same points."""
    drawn: list[BaselinesInfo] = []
    for series in all_series:
        overlay = found.get(series.first.id)
        if overlay and (overlay.uniform, overlay.name) not in [(d.uniform, d.name) for d in drawn]:
            drawn.append(overlay)
    return drawn


def _measure_panel(all_series: Sequence[Series], found: _Overlays) -> None:
    """Offer to measure the baselines of the first series that has none."""
    lacking = [series for series in all_series if series.first.id not in found]
    if lacking:
        if len(all_series) > 1:
            st.caption(f"Baselines of **{name_markdown(lacking[0].legend)}**:")
        baselines.panel(lacking[0].first.id, lacking[0].first, None)
