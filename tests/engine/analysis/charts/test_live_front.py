from engine.analysis.charts.live_front import live_front_info


def info(history, x="macs", y="acc", selected=None):
    return live_front_info("run", history, x, y, selected, history.budget)


def test_failed_evaluations_have_no_place(history):
    chart = info(history)
    assert chart.measured == sum(e.ok for e in history.evaluations)
    assert chart.measured < chart.evaluation_count == len(history.evaluations)


def test_the_line_joins_the_front_of_the_objectives_only(history):
    assert info(history).has_line
    other = info(history, x="params")
    assert not other.has_line
    assert other.front == info(history).front == len(history.front())


def test_only_a_drawn_point_can_be_selected(history):
    failed = next(e.number for e in history.evaluations if not e.ok)
    selection, first = info(history, selected=1), history.evaluations[0]
    assert selection.selected == 1
    assert selection.selected_position == (first.metrics["macs"] / 1e6, first.metrics["acc"])
    assert "Number 1 is selected" in selection.description
    for number in (failed, len(history.evaluations) + 1):
        assert info(history, selected=number).selected is None


def test_axes_have_units_that_are_easy_to_read(history):
    chart = info(history)
    assert chart.x.title == "MACs (M), less is better"
    assert chart.y.title == "Top-1 accuracy (%), more is better"


def test_what_misses_a_constraint_is_counted(constrained_history):
    chart = info(constrained_history)
    assert chart.infeasible == sum(
        e.ok and e.metrics["acc"] < 89 for e in constrained_history.evaluations
    )
    assert f"{chart.infeasible} infeasible" in chart.description
    assert chart.constraints == ("Top-1 accuracy ≥ 89 %",)
