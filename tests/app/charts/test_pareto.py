from app.charts.pareto import pareto_figure, pareto_info
from tests.app.charts.painted import checked


def info(history, x="macs", y="acc", selected=None):
    return pareto_info("run", history, x, y, selected, history.budget)


def drawn(shown):
    figure = pareto_figure(shown)
    for trace in figure["data"]:
        trace.pop("role")
    return checked({"data": figure["data"], "layout": figure["layout"]})


def test_failed_evaluations_have_no_place(history):
    shown = info(history)
    assert shown.measured == sum(e.ok for e in history.evaluations)
    assert shown.measured < shown.upto == len(history.evaluations)


def test_axes_have_units_that_are_easy_to_read(history):
    shown = info(history)
    assert shown.x.title == "MACs (M), less is better"
    assert shown.y.title == "Top-1 accuracy (%), more is better"
    assert pareto_figure(shown)["feed"]["divide"] == [1e6, 1.0]


def test_the_line_joins_the_front_of_the_objectives_only(history):
    assert info(history).joined
    other = info(history, x="params")
    assert not other.joined
    assert other.front == info(history).front == len(history.front())


def test_only_a_drawn_point_can_be_selected(history):
    failed = next(e.number for e in history.evaluations if not e.ok)
    chosen, first = info(history, selected=1), history.evaluations[0]
    assert chosen.selected == 1
    assert chosen.at == (first.metrics["macs"] / 1e6, first.metrics["acc"])
    assert "Number 1 is selected" in chosen.description
    for number in (failed, len(history.evaluations) + 1):
        assert info(history, selected=number).selected is None


def test_the_figure_has_its_five_roles_and_reversed_viridis(history):
    figure = pareto_figure(info(history, selected=1))
    roles = [trace["role"] for trace in figure["data"]]
    assert roles == ["infeasible", "dominated", "line", "front", "selected"]
    assert figure["points"]["selected"] == 1
    _, _, line, _, _ = drawn(info(history)).data
    assert line.line.shape == "hv"
    axis = drawn(info(history)).layout.coloraxis
    assert axis.reversescale
    assert (axis.cmin, axis.cmax) == (1, history.budget)
    assert axis.colorbar.title.text == "Evaluation count"


def test_zoom_is_kept_while_run_and_axes_stay(history):
    layout = pareto_figure(info(history))["layout"]
    assert layout["uirevision"] == pareto_figure(info(history, selected=1))["layout"]["uirevision"]
    other = pareto_figure(info(history, x="params"))["layout"]
    assert layout["uirevision"] != other["uirevision"]


def test_what_misses_a_constraint_is_hollow_and_the_limit_is_a_line(constrained_history):
    shown = info(constrained_history)
    assert shown.infeasible == sum(
        e.ok and e.metrics["acc"] < 89 for e in constrained_history.evaluations
    )
    assert f"{shown.infeasible} infeasible" in shown.description
    assert shown.constraints == ("Top-1 accuracy ≥ 89 %",)
    figure = drawn(shown)
    assert figure.data[0].marker.symbol == "circle-open"
    (limit,) = figure.layout.shapes
    assert (limit.y0, limit.y1, limit.xref) == (89, 89, "paper")
