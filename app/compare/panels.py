"""The parts of the Compare page, each drawn from plain data."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from app.axis_choice import plane_choice
from app.charts.component import chart
from app.compare import launch as again
from app.compare.picks import ALL_SEEDS
from app.compare.selected import select, selected_line, selected_point
from app.formatting import plain
from app.names import named
from app.session import service, told_to_user
from app.tables.html_table import table_html
from engine.analysis.comparison.efficiency import (
    LONGEST_NAME,
    Markup,
    hypervolume_levels,
    sentences,
    usual_baseline,
)
from engine.analysis.comparison.fronts import fronts_info
from engine.analysis.comparison.growth import Growth, grown_series, growth_info
from engine.analysis.comparison.series import Series
from engine.analysis.comparison.settings import differences
from engine.analysis.comparison.sources import shared_metric, source_warning, unmeasured_note
from engine.analysis.figures.fronts import fronts_figure
from engine.analysis.figures.growth import growth_figure
from engine.analysis.metric_names import shared_metrics
from engine.analysis.name_text import on_one_line
from engine.analysis.number_text import hypervolume_text
from engine.runs.comparison import Box, BoxedHypervolume, why_not_comparable
from engine.runs.history import RunHistory

_HEIGHT = 400
_MOST_BOXED = 200
_MARKDOWN = Markup(lambda name: named(name, LONGEST_NAME), "**{}**".format)


@st.cache_resource(show_spinner=False)
def _all_boxed() -> "OrderedDict[tuple[str, Box], BoxedHypervolume]":
    return OrderedDict()


def _boxed(history: RunHistory, box: Box) -> BoxedHypervolume:
    """The hypervolume of a run in a box, kept so that it costs what is new."""
    kept, key = _all_boxed(), (history.id, box)
    known = kept.get(key)
    if known is None or known.history is not history:
        kept[key] = known = BoxedHypervolume(history, box)
        while len(kept) > _MOST_BOXED:
            kept.popitem(last=False)
    return known


def charts(series: Sequence[Series]) -> None:
    """Fronts, hypervolume and, below them, the evaluations needed."""
    names = shared_metrics([history for one in series for history in one.histories])
    axes = _axes(series, names) if len(names) > 1 else None
    left, right = st.columns([0.58, 0.42], gap="small")
    with left:
        _fronts(series, axes)
    comparable, left_out = _comparable(series)
    grown, box = grown_series(comparable, _boxed)
    with right:
        _growth(grown, box, left_out)
    _efficiency(grown)


def _fronts(series: Sequence[Series], axes: tuple[str, str] | None) -> None:
    if axes is None:
        st.info(
            "These runs have fewer than two metrics in common, so that no chart can show them "
            "together. Pick runs that measured the same.",
            icon=":material/info:",
        )
        return
    info = fronts_info(series, *axes)
    for sentence in info.warnings:
        st.warning(plain(sentence), icon=":material/warning:")
    found = selected_point(series)
    empty = not any(front.points for front in info.fronts)
    chart(
        fronts_figure(info, info.position_of(found[0].id, found[1].number) if found else None),
        name="fronts",
        title="Pareto fronts",
        description=info.description,
        height=_HEIGHT,
        key="compare_fronts",
        empty="The first measured sub-network appears here." if empty else "",
        on_pick_of=select,
    )
    if not empty:
        selected_line(found)
    notes = [f"**{named(name)}** optimised other metrics than these two." for name in info.others]
    if info.has_attainment_line:
        notes.append(
            "The line of several seeds goes through what at least half of them reach (the median "
            "attainment surface); the points are their own fronts."
        )
    if notes:
        st.caption("  \n".join(notes))


def _axes(series: Sequence[Series], names: list[str]) -> tuple[str, str]:
    objectives = [o.name for o in series[0].first.objectives if o.name in names]
    y, x, *_ = dict.fromkeys([*objectives, *names])
    histories = [history for one in series for history in one.histories]
    labels = {name: shared_metric(histories, name).label for name in names}
    return plane_choice("compare", labels, (x, y))


def _comparable(series: Sequence[Series]) -> tuple[list[Series], list[str]]:
    """The series whose hypervolume can be compared with the first, and why the others' cannot."""
    kept, left_out = [], []
    for one in series:
        why = why_not_comparable(series[0].first, one.first)
        if why:
            left_out.append(f"**{named(one.legend)}** is left out of hypervolume: {plain(why)}.")
        else:
            kept.append(one)
    return kept, left_out


def _growth(grown: Sequence[Growth], box: Box | None, left_out: Sequence[str]) -> None:
    empty = "" if grown else "The hypervolume appears with the first measured sub-networks."
    info = growth_info(grown, box) if box is not None else growth_info([], Box((), (), ()))
    chart(
        growth_figure(info),
        name="hypervolumes",
        title="Hypervolume",
        description=info.description if grown else empty,
        height=_HEIGHT,
        key="compare_growth",
        empty=empty,
    )
    notes = list(left_out)
    if info.has_bands:
        notes.append("Line: median over seeds. Band: lower to upper quartile.")
    running = [
        one.series.legend for one in grown if one.is_running and len(one.series.histories) > 1
    ]
    notes += [
        f"Seeds of **{named(name)}** that are under way count when they end." for name in running
    ]
    notes += [
        f"**{named(one.series.legend)}** began with sub-networks that others had measured: "
        "they are no evaluations of its own."
        for one in grown
        if one.has_warm_start
    ]
    notes += sources_apart(grown)
    if len({tuple(map(str, one.series.first.config.constraints)) for one in grown}) > 1:
        notes.append("Constraints differ: each run counts only what keeps to its own.")
    if notes:
        st.caption("  \n".join(notes))


def sources_apart(grown: Sequence[Growth]) -> list[str]:
    """A sentence for each objective whose numbers came about in different ways, or unmeasured."""
    series = [one.series for one in grown]
    names = series[0].first.config.dynas.metrics if series else []
    return [
        plain(sentence)
        for name in names
        if (sentence := source_warning(series, name) or unmeasured_note(series, name))
    ]


def _efficiency(grown: Sequence[Growth]) -> None:
    if len(grown) < 2:
        return
    with st.container(border=True, key="compare_efficiency"):
        title, choice = st.columns([0.7, 0.3], vertical_alignment="center")
        title.markdown("**Evaluations to reach the same hypervolume**")
        names = [one.series.name for one in grown]
        with choice:
            baseline = st.selectbox(
                "Measured against",
                names,
                index=usual_baseline(grown),
                key="against",
                bind="query-params",
                format_func=lambda name: f"against {on_one_line(name)}",
                label_visibility="collapsed",
            )
        at = names.index(baseline) if baseline in names else usual_baseline(grown)
        for sentence in sentences(grown, at, _MARKDOWN):
            st.markdown(sentence)
        _levels(grown)
        if any(len(one.curves) < 2 for one in grown):
            st.caption(
                ":material/info: Where there is one seed, chance plays a part: launch more below."
            )


def _levels(grown: Sequence[Growth]) -> None:
    rows = [
        (
            level.series_name,
            hypervolume_text(level.hypervolume),
            *(needed.text for needed in level.evaluations_needed),
        )
        for level in hypervolume_levels(grown)
    ]
    titles = ["To reach the end of", "Hypervolume", *(one.series.name for one in grown)]
    caption = "Evaluations until that hypervolume is reached."
    if any(len(one.curves) > 1 for one in grown):
        caption = "Evaluations until the median over seeds reaches it; in brackets the quartiles."
    st.html(table_html(titles, rows, caption, "compare-levels"))


def launch(series: Sequence[Series], add: Callable[[Sequence[str]], None]) -> None:
    """Buttons that start the same search with another approach, or with further seeds."""
    with st.container(
        border=True,
        horizontal=True,
        vertical_alignment="center",
        gap="xsmall",
        key="compare_launch",
    ):
        st.markdown("Start the same search as", width="content")
        names = [one.name for one in series]
        name = st.selectbox(
            "The same search as",
            names,
            format_func=on_one_line,
            key="compare_anchor",
            label_visibility="collapsed",
            width=200,
        )
        anchor = series[names.index(name)] if name in names else series[0]
        st.markdown("with", width="content")
        runs = len(anchor.histories)
        every = f" × {runs}" if runs > 1 else ""
        searches = f"{runs} searches, one for each seed" if runs > 1 else "a search"
        for approach, label in again.APPROACHES.items():
            if approach != anchor.first.config.approach and st.button(
                f"{label}{every}",
                key=f"compare_launch_{approach}",
                help=f"Start {searches}, with the approach {label}",
            ):
                _start(partial(again.with_approach, anchor, approach), add)
        if st.button(
            f"{again.MORE_SEEDS} more seeds",
            key="compare_launch_seeds",
            help=f"Start {again.MORE_SEEDS} searches that differ in their seed alone",
        ):
            _start(lambda: again.more_seeds(anchor, service().list()), add)


def _start(make: Callable[[], again.Launch], add: Callable[[Sequence[str]], None]) -> None:
    started: list[str] = []
    with told_to_user():
        started = again.start(make())
    if started:
        add([started[0] + ALL_SEEDS])
        st.rerun()


def configurations(series: Sequence[Series]) -> None:
    """The configurations side by side: what differs, or all of it."""
    with st.container(border=True, key="compare_configurations"):
        title, switch = st.columns([0.8, 0.2], vertical_alignment="center")
        title.markdown("**Configuration**")
        with switch:
            everything = st.toggle("Show all", key="all_settings", bind="query-params")
        rows = [row for row in differences(series) if everything or row.differs]
        if not rows:
            st.caption(
                "Nothing differs." if len(series) > 1 else "One configuration: no differences."
            )
            return
        cells = [(row.name, *row.values) for row in rows]
        titles = ["Setting", *(one.name for one in series)]
        st.html(table_html(titles, cells, "Settings by series", "compare-differences"))
