from app.decide.url_parameters import (
    by_metric,
    by_metric_text,
    goal_note,
    numbers_from,
    numbers_text,
)


def test_texts_of_parameters_are_parsed_to_the_same_values():
    values = {"macs": 5_204_000.0, "acc": 90.57}
    assert by_metric(by_metric_text(values), ["acc", "macs", "params"]) == values
    assert numbers_from(numbers_text([17, 3]), 20) == [17, 3]


def test_invalid_parameters_are_ignored():
    assert by_metric("acc:x,speed:3,macs:inf,:,params:nan,acc", ["acc", "macs", "params"]) == {}
    assert numbers_from("0,4,21,-3,x,4,²,,99999999999999", 20) == [4]


def test_a_goal_of_which_nothing_is_ignored_has_no_note():
    assert goal_note("", "", ["acc", "macs"]) == ""
    assert goal_note("acc", "macs:5e6,", ["acc", "macs"]) == ""


def test_what_is_ignored_of_a_goal_is_named():
    note = goal_note("speed", "macs=5,lat:3,macs:5e6,x,y", ["acc", "macs"])
    assert "'best=speed', 'limits=macs=5', 'limits=lat:3' and 2 more, which is not applied" in note
    assert "Metrics here are acc, macs;" in note
