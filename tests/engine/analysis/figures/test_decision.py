from engine.analysis.figures.decision import decision_figure, label_sides
from tests.engine.analysis.decision import FRONT, info


def test_every_point_can_be_clicked_once():
    clickable = [
        n for trace in decision_figure(info())["data"] for n in trace.get("customdata", [])
    ]
    assert sorted(clickable) == [1, 2, 3, 7]


def test_the_words_of_each_suggestion_and_number_have_a_side():
    of_marks, of_numbers = label_sides(info())
    traces = {trace["name"]: trace for trace in decision_figure(info())["data"]}
    assert traces["Suggested"]["textposition"] == of_marks == ["top left"]
    assert traces["On the shortlist"]["textposition"] == of_numbers
    assert len(of_numbers) == 2


def test_words_do_not_run_into_the_axis():
    first, last = label_sides(info(marks={1: "trade-off", 3: "trade-off"}, shortlist=[]))[0]
    assert "left" not in first
    assert "right" not in last


def test_a_single_point_has_a_side():
    assert label_sides(info(front=FRONT[:1], others=[], marks={1: "best"}, shortlist=[]))[0]
