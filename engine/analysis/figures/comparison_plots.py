"""Figures of several runs; see `plots` for the type of a run and for styles.

Runs that differ in their seed alone are drawn as one series, unless `apart` is true.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.analysis.comparison.fronts import fronts_axes, fronts_info
from engine.analysis.comparison.growth import grown_series, growth_info
from engine.analysis.comparison.multiples import multiples_info
from engine.analysis.comparison.series import Series, series_of
from engine.analysis.figures.arguments import checked
from engine.analysis.figures.fronts import fronts_figure
from engine.analysis.figures.growth import growth_figure
from engine.analysis.figures.multiples import multiples_figure, multiples_height
from engine.analysis.figures.plotly_figure import TITLE, plotly_figure
from engine.analysis.figures.run_arguments import Run, choose_metric, history_of
from engine.analysis.figures.theme import Style
from engine.analysis.metric_names import different_metrics, shared_metrics
from engine.analysis.palette import LINE_STYLES
from engine.errors import FigureError
from engine.runs.comparison import why_not_comparable

if TYPE_CHECKING:
    import plotly.graph_objects as go

_NOTHING_MEASURED = "No sub-network of these runs has been measured yet."


@checked
def plot_fronts(
    runs: Sequence[Run],
    x: str | None = None,
    y: str | None = None,
    *,
    apart: bool = False,
    panels: bool = False,
    style: Style = "light",
) -> "go.Figure":
    """The fronts of several runs, metric `y` over `x`; for seeds their median attainment surface.

    In `panels`, each series has one of its own, with the front of all of them behind it; then any
    number of runs can be drawn.

    The axes are the objectives of the first run unless others are named; a single objective is
    drawn over `number`, the order of evaluations, as the best value so far.

    >>> figure = plot_fronts([run, run.front()], "macs", "acc")
    >>> figure = plot_fronts([run] * 10, apart=True, panels=True)
    """
    series = _series(runs, apart, None if panels else len(LINE_STYLES))
    histories = [history for one_series in series for history in one_series.histories]
    names, different = shared_metrics(histories), different_metrics(histories)
    for name in (x, y):
        if name in different:
            raise FigureError(different[name])
    default_names = fronts_axes(series[0].first, names)
    if len(default_names) < 2:
        raise FigureError(" ".join([*different.values(), _too_few_text(names)]))
    axes = choose_metric(x, default_names, 1), choose_metric(y, default_names)
    if panels:
        multiples = multiples_info(series, *axes)
        if not multiples.together:
            raise FigureError(_NOTHING_MEASURED)
        figure = plotly_figure(multiples_figure(multiples), style, multiples.info.title)
        return figure.update_layout(height=multiples_height(len(series)) + TITLE)
    info = fronts_info(series, *axes)
    if not any(front.points for front in info.fronts):
        raise FigureError(_NOTHING_MEASURED)
    return plotly_figure(fronts_figure(info), style, info.title)


@checked
def plot_hypervolumes(
    runs: Sequence[Run], *, apart: bool = False, style: Style = "light"
) -> "go.Figure":
    """Hypervolume over evaluations in one box; for seeds the median and the quartiles.

    >>> figure = plot_hypervolumes([run, run], apart=True)
    """
    series = _series(runs, apart)
    for one_series in series[1:]:
        if reason := why_not_comparable(series[0].first, one_series.first):
            raise FigureError(
                f"The hypervolume of {one_series.legend} cannot be held against that of "
                f"{series[0].legend}: {reason}. Leave one of them out."
            )
    growths, box = grown_series(series)
    if box is None:
        raise FigureError(_NOTHING_MEASURED)
    return plotly_figure(growth_figure(growth_info(growths, box)), style, "Hypervolume")


def _too_few_text(names: Sequence[str]) -> str:
    """Why fronts of runs with less than two metrics in common cannot be drawn, and what can."""
    if not names:
        return "These runs have no metric in common. Take others."
    return (
        f"These runs have one metric in common, {names[0]}, and fronts are drawn over two. Draw "
        "each run by itself with plot_front, or take runs that measured the same."
    )


def _series(runs: Sequence[Run], apart: bool, most: int | None = len(LINE_STYLES)) -> list[Series]:
    histories = [history_of(run) for run in runs]
    series = series_of(histories, apart, most)
    if not series:
        raise FigureError("There are no runs to draw: give one at least.")
    if sum(len(one_series.histories) for one_series in series) < len(histories):
        raise FigureError(
            f"At most {len(LINE_STYLES)} can be told apart in one figure. Take fewer runs, or "
            "draw their fronts with plot_fronts(runs, panels=True)."
        )
    return series
