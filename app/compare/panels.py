"""The parts of the Compare page."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from app.charts.component import chart
from app.compare import fronts
from app.compare import launch as again
from app.compare.compared_runs import ALL_SEEDS
from app.display_names import name_markdown
from app.formatting import escape_markdown
from app.session import service, show_errors
from app.tables.html_table import table_html
from engine.analysis.comparison.efficiency import (
    LONGEST_NAME,
    Markup,
    hypervolume_levels,
    sentences,
    usual_baseline,
)
from engine.analysis.comparison.fronts import fronts_axes
from engine.analysis.comparison.groups import SeriesGroup
from engine.analysis.comparison.growth import Growth, grown_series, growth_info
from engine.analysis.comparison.series import Series, column_names
from engine.analysis.comparison.settings import differences
from engine.analysis.comparison.sources import source_warning, unmeasured_note
from engine.analysis.figures.growth import growth_figure
from engine.analysis.metric_names import different_metrics, shared_metrics
from engine.analysis.name_text import on_one_line
from engine.analysis.number_text import hypervolume_text
from engine.analysis.palette import LINE_STYLES
from engine.runs.comparison import Box, BoxedHypervolume
from engine.runs.history import RunHistory
from engine.runs.script_runs import missing_script_text

_HEIGHT = 400
_MAX_CACHED = 200
_MARKDOWN = Markup(lambda name: name_markdown(name, LONGEST_NAME), "**{}**".format)


@st.cache_resource(show_spinner=False)
def _hypervolume_cache() -> "OrderedDict[tuple[str, Box], BoxedHypervolume]":
    return OrderedDict()


def _boxed_hypervolume(history: RunHistory, box: Box) -> BoxedHypervolume:
    """The hypervolume of a run in a box; cached, so that only new evaluations are computed."""
    cache, key = _hypervolume_cache(), (history.id, box)
    hypervolume = cache.get(key)
    if hypervolume is None or hypervolume.history is not history:
        cache[key] = hypervolume = BoxedHypervolume(history, box)
        while len(cache) > _MAX_CACHED:
            cache.popitem(last=False)
    return hypervolume


def multiples(groups: Sequence[SeriesGroup]) -> None:
    """Draw the front of each series in a panel of its own; what cannot be compared lies apart."""
    all_series = [series for group in groups for series in group.series]
    histories = [history for series in all_series for history in series.histories]
    axis_names = fronts_axes(all_series[0].first, shared_metrics(histories))
    choice = fronts.view_choice(all_series, axis_names, False) if len(axis_names) > 1 else None
    fronts.multiples_charts(groups, choice)


def charts(groups: Sequence[SeriesGroup]) -> None:
    """Draw fronts, hypervolume and, below them, the evaluations needed, of the first group."""
    all_series = groups[0].series[: len(LINE_STYLES)]
    histories = [history for series in all_series for history in series.histories]
    for sentence in different_metrics(histories).values():
        st.warning(escape_markdown(sentence), icon=":material/warning:")
    axis_names = fronts_axes(all_series[0].first, shared_metrics(histories))
    choice = fronts.view_choice(all_series, axis_names) if len(axis_names) > 1 else None
    _left_out(groups)
    left, right = st.columns([0.58, 0.42], gap="small")
    with left:
        fronts.fronts_chart(all_series, choice)
    growths, box = grown_series(all_series, _boxed_hypervolume)
    with right:
        _growth(growths, box)
    _efficiency(growths)


def _left_out(groups: Sequence[SeriesGroup]) -> None:
    """Name the series that cannot be compared with those that are drawn, and say why."""
    if len(groups) < 2:
        return
    held_against = groups[0].series[0].legend
    lines = [
        f"{fronts.series_names(group.series)}: {escape_markdown(group.reason)}."
        for group in groups[1:]
    ]
    text = (
        f"Not to be held against **{name_markdown(held_against)}**, and left out here "
        "(*Small multiples* draws them apart):"
    )
    st.warning("  \n".join([text, *lines]), icon=":material/warning:")


def _growth(growths: Sequence[Growth], box: Box | None) -> None:
    empty_text = "" if growths else "The hypervolume appears with the first measured sub-networks."
    info = growth_info(growths, box) if box is not None else growth_info([], Box((), (), ()))
    chart(
        growth_figure(info),
        name="hypervolumes",
        title="Hypervolume",
        description=info.description if growths else empty_text,
        height=_HEIGHT,
        key="compare_growth",
        empty=empty_text,
    )
    notes = [
        f"**{name_markdown(growth.series.legend)}**: the line is the median of "
        f"{len(growth.curves)} runs, the band goes from the lower to the upper quartile."
        for growth in growths
        if len(growth.curves) > 1
    ]
    running = [
        growth.series.legend
        for growth in growths
        if growth.is_running and len(growth.series.histories) > 1
    ]
    notes += [
        f"Seeds of **{name_markdown(name)}** that are under way count when they end."
        for name in running
    ]
    notes += [
        f"**{name_markdown(growth.series.legend)}** began with sub-networks that others had "
        "measured: they are no evaluations of its own."
        for growth in growths
        if growth.has_warm_start
    ]
    notes += [
        f"**{name_markdown(growth.series.legend)}** is a level line: the hypervolume of the front "
        "that it computed. It makes no evaluations."
        for growth in growths
        if growth.computes
    ]
    notes += source_differences(growths)
    if notes:
        st.caption("  \n".join(notes))


def source_differences(growths: Sequence[Growth]) -> list[str]:
    """A sentence for each objective whose source differs between series or is not measured."""
    series = [growth.series for growth in growths]
    names = series[0].first.config.dynas.metrics if series else []
    return [
        escape_markdown(sentence)
        for name in names
        if (sentence := source_warning(series, name) or unmeasured_note(series, name))
    ]


def _efficiency(growths: Sequence[Growth]) -> None:
    if len(growths) < 2:
        return
    with st.container(border=True, key="compare_efficiency"):
        title, choice = st.columns([0.7, 0.3], vertical_alignment="center")
        title.markdown("**Evaluations to reach the same hypervolume**")
        names = [growth.series.name for growth in growths]
        shorts = dict(zip(names, column_names([g.series for g in growths]), strict=True))
        with choice:
            baseline = st.selectbox(
                "Measured against",
                names,
                index=usual_baseline(growths),
                key="against",
                bind="query-params",
                format_func=lambda name: f"against {shorts.get(name) or on_one_line(name)}",
                label_visibility="collapsed",
            )
        baseline_index = names.index(baseline) if baseline in names else usual_baseline(growths)
        for sentence in sentences(growths, baseline_index, _MARKDOWN):
            st.markdown(sentence)
        _levels(growths)
        if any(len(growth.curves) < 2 for growth in growths):
            st.caption(
                ":material/info: Where there is one seed, chance plays a part: launch more below."
            )


def _levels(growths: Sequence[Growth]) -> None:
    all_series = [growth.series for growth in growths]
    shorts = dict(zip([s.name for s in all_series], column_names(all_series), strict=True))
    rows = [
        (
            shorts[level.series_name],
            hypervolume_text(level.hypervolume),
            *(needed.text for needed in level.evaluations_needed),
        )
        for level in hypervolume_levels(growths)
    ]
    titles = ["To reach the end of", "Hypervolume", *shorts.values()]
    caption = "Evaluations until that hypervolume is reached."
    if any(len(growth.curves) > 1 for growth in growths):
        caption = "Evaluations until the median over seeds reaches it; in brackets the quartiles."
    st.html(table_html(titles, rows, caption, "compare-levels"))


def launch(all_series: Sequence[Series], on_started: Callable[[Sequence[str]], None]) -> None:
    """Draw buttons that repeat a search with another approach, or with further seeds."""
    with st.container(
        border=True,
        horizontal=True,
        vertical_alignment="center",
        gap="xsmall",
        key="compare_launch",
    ):
        st.markdown("Start the same search as", width="content")
        names = [series.name for series in all_series]
        shorts = dict(zip(names, column_names(all_series), strict=True))
        name = st.selectbox(
            "The same search as",
            names,
            format_func=lambda name: shorts.get(name) or on_one_line(name),
            key="compare_anchor",
            label_visibility="collapsed",
            width=200,
        )
        anchor = all_series[names.index(name)] if name in names else all_series[0]
        st.markdown("with", width="content")
        runs = len(anchor.histories)
        run_factor = f" × {runs}" if runs > 1 else ""
        searches = f"{runs} searches, one for each seed" if runs > 1 else "a search"
        missing_script = missing_script_text(anchor.first, "Search again")
        for approach, label in again.APPROACHES.items():
            if approach != anchor.first.config.approach and st.button(
                f"{label}{run_factor}",
                key=f"compare_launch_{approach}",
                disabled=bool(missing_script),
                help=missing_script or f"Start {searches}, with the approach {label}",
            ):
                _start(partial(again.with_approach, anchor, approach), on_started)
        if st.button(
            f"{again.MORE_SEEDS} more seeds",
            key="compare_launch_seeds",
            disabled=bool(missing_script),
            help=missing_script
            or f"Start {again.MORE_SEEDS} searches that differ in their seed alone",
        ):
            _start(lambda: again.more_seeds(anchor, service().list()), on_started)
        if missing_script:
            st.caption(f":material/info: {escape_markdown(missing_script)}")


def _start(
    make_launch: Callable[[], again.Launch], on_started: Callable[[Sequence[str]], None]
) -> None:
    started: list[str] = []
    with show_errors():
        started = again.start(make_launch())
    if started:
        on_started([started[0] + ALL_SEEDS])
        st.rerun()


def configurations(all_series: Sequence[Series]) -> None:
    """Draw the configurations side by side: differences, or all settings."""
    with st.container(border=True, key="compare_configurations"):
        title_column, toggle_column = st.columns([0.8, 0.2], vertical_alignment="center")
        title_column.markdown("**Configuration**")
        with toggle_column:
            show_all = st.toggle("Show all", key="all_settings", bind="query-params")
        rows = [row for row in differences(all_series) if show_all or row.differs]
        if not rows:
            st.caption(
                "Nothing differs." if len(all_series) > 1 else "One configuration: no differences."
            )
            return
        cells = [(row.name, *row.values) for row in rows]
        titles = ["Setting", *column_names(all_series)]
        st.html(table_html(titles, cells, "Settings by series", "compare-differences"))
