import pytest

from engine.analysis.charts.front import MAX_POINTS, FrontView, front_info
from engine.analysis.figures.front import front_figure
from engine.analysis.figures.plotly_figure import plotly_figure
from engine.analysis.figures.point_traces import with_filled_traces
from engine.runs.columns import run_columns


@pytest.fixture
def info(history):
    def of(metrics=("macs", "acc"), limits=None, **view):
        columns = run_columns(history)
        objectives = tuple(objective.name for objective in history.objectives)
        return front_info("run", columns, FrontView(metrics, **view), objectives, limits or {}, 12)

    return of


def test_figures_are_what_plotly_knows(info):
    for metrics in (("macs", "acc"), ("macs", "acc", "params")):
        figure = front_figure(info(metrics, log=frozenset("x"), limits={"acc": 80.0}))
        assert plotly_figure(with_filled_traces(figure))


def test_zoom_is_kept_while_axes_stay(info):
    def revision(chart):
        return front_figure(chart)["layout"]["uirevision"]

    assert revision(info()) == revision(info(robust=True))
    assert revision(info()) != revision(info(log=frozenset("x")))


def test_a_front_without_points_is_empty_and_drawable(history):
    columns = run_columns(history).first(0)
    chart = front_info("run", columns, FrontView(("macs", "acc")), ("acc", "macs"), {}, 12)
    assert chart.description == "No sub-network has been measured yet."
    assert front_figure(chart)["data"]
    assert MAX_POINTS > 0
