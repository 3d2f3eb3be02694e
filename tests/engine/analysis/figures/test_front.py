import pytest

from engine.analysis.charts.front import MAX_POINTS, FrontView, front_info
from engine.analysis.figures.front import front_figure
from engine.analysis.figures.plotly_figure import plotly_figure
from engine.analysis.figures.point_traces import with_filled_traces
from engine.constraints import Constraint
from engine.runs.columns import run_columns


@pytest.fixture
def info(history):
    def of(metrics=("macs", "acc"), constraints=(), **view):
        columns = run_columns(history)
        objectives = tuple(objective.name for objective in history.objectives)
        bounds = tuple(Constraint.parse(text) for text in constraints)
        return front_info("run", columns, FrontView(metrics, **view), objectives, bounds, 12)

    return of


def test_figures_are_what_plotly_knows(info):
    for metrics in (("macs", "acc"), ("macs", "acc", "params")):
        figure = front_figure(info(metrics, log=frozenset("x"), constraints=["acc >= 80"]))
        assert plotly_figure(with_filled_traces(figure))


def test_zoom_is_kept_while_axes_stay(info):
    def revision(chart):
        return front_figure(chart)["layout"]["uirevision"]

    assert revision(info()) == revision(info(robust=True))
    assert revision(info()) != revision(info(log=frozenset("x")))


def test_a_front_without_points_is_empty_and_drawable(history):
    columns = run_columns(history).first(0)
    chart = front_info("run", columns, FrontView(("macs", "acc")), ("acc", "macs"), (), 12)
    assert chart.description == "No sub-network has been measured yet."
    assert front_figure(chart)["data"]
    assert MAX_POINTS > 0


def test_a_limit_on_a_logarithmic_axis_has_its_line_and_its_label_in_the_same_place(info):
    layout = front_figure(info(log=frozenset("x"), constraints=["macs <= 4M"]))["layout"]
    (line,), (label,) = layout["shapes"], layout["annotations"]
    assert line["x0"] == 4.0
    assert label["x"] == pytest.approx(0.60206)
    assert label["text"] == "MACs ≤ 4 M"


def test_a_front_in_space_is_seen_from_the_side_of_the_better_values(info):
    front = front_figure(info(("macs", "acc", "params")))
    eye = front["layout"]["scene"]["camera"]["eye"]
    assert eye["x"] < 0 < eye["y"]


@pytest.mark.parametrize("metrics", [("macs", "acc"), ("macs", "acc", "params")])
def test_no_entry_of_the_legend_has_colours_that_vary(info, metrics):
    figure = with_filled_traces(front_figure(info(metrics)))
    in_legend = [t for t in figure["data"] if t.get("showlegend", True) and len(t["x"])]
    assert "On the front" in {trace["name"] for trace in in_legend}
    assert not [t["name"] for t in in_legend if "coloraxis" in t.get("marker", {})]


def test_the_line_of_the_front_is_drawn_above_all_points_of_sub_networks(info):
    names = [trace["name"] for trace in front_figure(info())["data"]]
    assert names.index("Pareto front") > max(
        i for i, name in enumerate(names) if name in ("Dominated", "On the front", "Newest cycle")
    )
