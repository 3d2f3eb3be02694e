import pytest

from engine.analysis.filtering import example_filter, filter_rows
from engine.runs.columns import run_columns


@pytest.fixture
def columns(history):
    return run_columns(history)


def test_front_in_a_filter_means_the_front_then(columns):
    for n in (3, len(columns)):
        assert (filter_rows(columns, "front", {}, n).mask == columns.front(n)).all()


def test_a_wrong_filter_lets_all_pass_and_says_why(columns):
    result = filter_rows(columns, "speed > 3", {}, 5)
    assert result.mask.all()
    assert not result.is_active
    assert "no column 'speed'" in result.error
    assert "acc" in result.error


def test_the_example_is_a_filter(columns):
    result = filter_rows(columns, example_filter(columns), {}, len(columns))
    assert result.is_active
    assert not result.error
