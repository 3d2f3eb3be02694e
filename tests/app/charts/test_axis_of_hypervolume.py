import pytest

from app.charts.hypervolume import axis_word


def test_a_measured_hypervolume_needs_no_word():
    assert axis_word("measured") == ""


@pytest.mark.parametrize("provenance", ["predicted", "measured or imported or predicted"])
def test_the_words_stand_in_lines_that_a_low_chart_has_room_for(provenance):
    lines = axis_word(provenance).split("\n")
    assert " ".join(lines) == provenance.capitalize()
    assert all(len(line) <= 17 for line in lines)
