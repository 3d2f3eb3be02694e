from engine.analysis.charts.hypervolume import hypervolume_info
from engine.analysis.charts.hypervolume_steps import steps_info
from engine.analysis.charts.live_front import live_front_info
from engine.analysis.charts.run_points import run_points
from engine.analysis.figures.hypervolume import hypervolume_figure, steps_figure
from engine.analysis.figures.live_front import live_front_figure
from engine.analysis.figures.plotly_figure import plotly_figure
from engine.analysis.figures.point_traces import add_points, with_filled_traces
from tests.comparable_runs import FAST


def info(history, x="macs", y="acc", selected=None):
    return live_front_info("run", history, x, y, selected, history.budget)


def drawn(history):
    points = run_points(history, "macs", "acc")
    return plotly_figure(
        with_filled_traces(add_points(live_front_figure(info(history)), points, (1e6, 1.0)))
    )


def test_the_figure_has_its_five_roles_and_the_line_above_the_points(history):
    figure = live_front_figure(info(history, selected=1))
    roles = [trace["role"] for trace in figure["data"]]
    assert roles == ["infeasible", "dominated", "front", "line", "selected"]
    assert figure["points"]["selected"] == 1
    _, _, _, line, _ = drawn(history).data
    assert line.line.shape == "hv"
    axis = drawn(history).layout.coloraxis
    assert (axis.cmin, axis.cmax) == (1, history.budget)
    assert axis.colorbar.title.text == "Evaluation count"


def test_zoom_is_kept_while_run_and_axes_stay(history):
    layout = live_front_figure(info(history))["layout"]
    assert (
        layout["uirevision"] == live_front_figure(info(history, selected=1))["layout"]["uirevision"]
    )
    other = live_front_figure(info(history, x="params"))["layout"]
    assert layout["uirevision"] != other["uirevision"]


def test_what_misses_a_constraint_is_hollow_and_the_limit_is_a_line(constrained_history):
    figure = drawn(constrained_history)
    missed = [e for e in constrained_history.evaluations if e.ok and e.metrics["acc"] < 89]
    assert list(figure.data[0].customdata) == [e.number for e in missed]
    assert all("infeasible: Top-1 accuracy ≥ 89 %" in text for text in figure.data[0].text)
    assert figure.data[0].marker.symbol == "circle-open"
    (limit,) = figure.layout.shapes
    assert (limit.y0, limit.y1, limit.xref) == (89, 89, "paper")
    (label,) = figure.layout.annotations
    assert (label.text, label.y, label.xref) == ("Top-1 accuracy ≥ 89 %", 89, "paper")


def test_the_charts_of_a_run_that_computes_count_what_is_kept(make):
    run = make("c", FAST, "computed", computed=90)
    front = live_front_info("run", run, "macs", "acc", None, run.budget)
    colours = live_front_figure(front)["layout"]["coloraxis"]
    assert colours["colorbar"]["title"]["text"] == "Sub-networks kept"
    steps = steps_info("run", run.hypervolume, counted=run.counted)
    for info, drawn in (
        (hypervolume_info("run", run), hypervolume_figure),
        (steps, steps_figure),
    ):
        figure = plotly_figure(drawn(info))
        assert figure.layout.xaxis.title.text == "Sub-networks kept"
        assert "evaluations" not in f"{info.description} {figure.data[0].hovertemplate}"
