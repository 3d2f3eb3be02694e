from app.charts.pareto import pareto_figure, pareto_info
from tests.app.charts.painted import checked


def info(history, x="macs", y="acc", selected=None):
    return pareto_info("run", history, x, y, selected, history.budget)


def test_failed_evaluations_have_no_place(history):
    ok = [e.number for e in history.evaluations if e.ok]
    assert list(info(history).numbers) == ok
    assert len(ok) < len(history.evaluations)


def test_values_are_drawn_in_the_unit_of_the_axis(history):
    first = history.evaluations[0]
    shown = info(history)
    assert shown.xs[0] == first.metrics["macs"] / 1e6
    assert shown.ys[0] == first.metrics["acc"]
    assert shown.x.title == "MACs (M), less is better"
    assert shown.y.title == "Top-1 accuracy (%), more is better"


def test_the_line_joins_the_front_from_left_to_right(history):
    shown = info(history)
    front = [(e.metrics["macs"] / 1e6, e.metrics["acc"]) for e in history.front()]
    assert list(shown.line) == sorted(front)
    assert sum(shown.on_front) == len(front)


def test_other_axes_than_the_objectives_have_no_line(history):
    shown = info(history, x="params")
    assert shown.line == ()
    assert any(shown.on_front)


def test_only_a_drawn_point_can_be_selected(history):
    failed = next(e.number for e in history.evaluations if not e.ok)
    assert info(history, selected=1).selected == 1
    assert info(history, selected=failed).selected is None
    assert "Number 1 is selected" in info(history, selected=1).description


def test_the_figure_has_its_five_traces_and_reversed_viridis(history):
    figure = checked(pareto_figure(info(history, selected=1)))
    infeasible, dominated, line, front, ring = figure.data
    assert len(infeasible.x) == 0
    assert len(dominated.x) + len(front.x) == len(info(history).numbers)
    assert line.line.shape == "hv"
    assert list(ring.x) == [info(history).xs[0]]
    axis = figure.layout.coloraxis
    assert axis.reversescale
    assert (axis.cmin, axis.cmax) == (1, history.budget)
    assert axis.colorbar.title.text == "Evaluation count"


def test_the_hover_names_the_cycle(history):
    shown = info(history)
    assert shown.hover[0].endswith("cycle 0, the initial sample")
    assert shown.hover[-1].endswith(f"cycle {history.evaluations[-1].cycle}")


def test_zoom_is_kept_while_run_and_axes_stay(history):
    layout = pareto_figure(info(history))["layout"]
    assert layout["uirevision"] == pareto_figure(info(history, selected=1))["layout"]["uirevision"]
    other = pareto_figure(info(history, x="params"))["layout"]
    assert layout["uirevision"] != other["uirevision"]


def test_what_misses_a_constraint_is_hollow_off_the_front_and_says_why(constrained_history):
    shown = info(constrained_history)
    missing = [i for i, y in enumerate(shown.ys) if y < 89]
    assert missing
    assert [i for i, feasible in enumerate(shown.feasible) if not feasible] == missing
    assert all("infeasible: Top-1 accuracy ≥ 89 %" in shown.hover[i] for i in missing)
    assert not any(shown.on_front[i] for i in missing)
    assert f"{len(missing)} infeasible" in shown.description
    figure = checked(pareto_figure(shown))
    infeasible, dominated, _, front, _ = figure.data
    assert list(infeasible.customdata) == [shown.numbers[i] for i in missing]
    assert infeasible.marker.symbol == "circle-open"
    assert len(infeasible.x) + len(dominated.x) + len(front.x) == len(shown.numbers)
    (limit,) = figure.layout.shapes
    assert (limit.y0, limit.y1, limit.xref) == (89, 89, "paper")
