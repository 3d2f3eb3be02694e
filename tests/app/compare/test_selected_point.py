import pytest

from app.compare.selected_point import point_from, point_text


def test_a_point_is_read_from_its_text(history):
    assert point_from(point_text(history.id, 3), [history]) == (history, history.evaluations[2])


@pytest.mark.parametrize("text", ["", "x", "other.1", "{run}.0", "{run}.13", "{run}.x", "{run}.²"])
def test_what_names_no_sub_network_of_these_runs_is_none(history, text):
    assert point_from(text.format(run=history.id), [history]) is None
