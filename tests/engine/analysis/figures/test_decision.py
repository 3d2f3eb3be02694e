from engine.analysis.charts.decision import decision_info
from engine.analysis.figures.decision import decision_figure, label_sides
from tests.engine.records import evaluation

FRONT = [
    evaluation(acc, macs, number=number)
    for number, (acc, macs) in enumerate([(86.0, 3e6), (90.0, 4e6), (90.6, 9e6)], 1)
]


DOMINATED = evaluation(85.0, 8e6, number=7)


def info(**changes):
    given = {
        "run": "run", "front": FRONT, "others": [DOMINATED], "remaining": {1, 2},
        "axes": ("macs", "acc"), "objectives": {"acc", "macs"}, "limits": {"macs": 5e6},
        "marks": {2: "knee, weights"}, "shortlist": [7, 2], "budget": 10,
    }  # fmt: skip
    return decision_info(**{**given, **changes})


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
