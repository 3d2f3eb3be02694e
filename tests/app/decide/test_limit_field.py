from app.decide.limit_field import limit_choices
from engine.metrics import metric


def test_the_loosest_choice_of_a_cost_is_at_the_right_and_keeps_all():
    choices = limit_choices(metric("macs"), [3e6, 9e6], None)
    assert choices.options[-1] is None
    assert list(choices.options[:-1]) == sorted(choices.options[:-1])
    assert choices.labels[choices.options[0]] == "≤ 3.00 M"


def test_the_loosest_choice_of_an_accuracy_is_at_the_left():
    choices = limit_choices(metric("acc"), [86.0, 91.0], None)
    assert choices.options[0] is None
    assert choices.labels[choices.options[-1]] == "≥ 91.00 %"


def test_labels_of_limits_are_distinct():
    choices = limit_choices(metric("acc"), [90.00, 90.03], None)
    assert len(set(choices.labels.values())) == len(choices.options)


def test_a_limit_that_is_set_is_among_the_choices():
    choices = limit_choices(metric("macs"), [3e6, 9e6], 4_123_456.0)
    assert 4_123_456.0 in choices.options
    assert choices.labels[4_123_456.0] == "≤ 4.12 M"


def test_equal_values_leave_nothing_to_choose():
    assert limit_choices(metric("params"), [5e5, 5e5], None) is None
    assert limit_choices(metric("params"), [5e5, 5e5], 4e5).options == (4e5, None)
