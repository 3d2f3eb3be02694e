"""The figure of the workers of a run; see `plots` for the type of a run and for styles."""

from typing import TYPE_CHECKING

from engine.analysis.charts.workers import workers_info
from engine.analysis.figures.arguments import checked
from engine.analysis.figures.plotly_figure import plotly_figure
from engine.analysis.figures.run_arguments import NOTHING_MEASURED, Run, history_of
from engine.analysis.figures.theme import Style
from engine.analysis.figures.workers import workers_figure
from engine.errors import FigureError

if TYPE_CHECKING:
    import plotly.graph_objects as go


@checked
def plot_workers(run: Run, *, style: Style = "light") -> "go.Figure":
    """How many workers measured, and how many the run could use, over its running time.

    Pauses are left out, and times in which the run waited for workers. As on the page *Run*.

    >>> figure = plot_workers(run)
    """
    history = history_of(run)
    info = workers_info(history.id, history)
    if not info.measured:
        raise FigureError(NOTHING_MEASURED)
    return plotly_figure(workers_figure(info), style, "Workers")
