"""Durations that are not known exactly, and their words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.runs.times.time_range import TimeRange, joined

seconds = st.floats(0.01, 1e6)


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (0.1, 0.4, "about 1 s"),
        (2.0, 2.4, "about 2 to 2.4 s"),
        (7.6, 8.4, "about 8 s"),
        (40.0, 75.0, "about 40 to 75 s"),
        (50.0, 200.0, "about 50 s to 3 min"),
        (720.0, 1200.0, "about 12 to 20 min"),
        (3000.0, 7000.0, "about 50 min to 1.9 h"),
        (2.0, 780.0, "up to about 13 min"),
        (100_000.0, 400_000.0, "about 28 h to 5 days"),
    ],
)
def test_a_range_reads_as_one_would_say_it(low, high, text):
    assert str(TimeRange(low, (low * high) ** 0.5, high)) == text


@given(seconds, st.floats(0.0, 2.0))
def test_a_range_lies_around_what_is_likely(likely, spread):
    found = TimeRange.around(likely, spread)
    assert 0 < found.low <= found.likely <= found.high


@given(seconds, st.floats(0.0, 2.0), st.floats(0.0, 2e6))
def test_a_shorter_range_is_never_negative(likely, spread, passed):
    rest = TimeRange.around(likely, spread).shorter_by(passed)
    assert 0 <= rest.low <= rest.likely <= rest.high


@given(st.lists(st.tuples(seconds, st.floats(0.1, 1.0)), min_size=1, max_size=6))
def test_what_joins_estimates_lies_between_them(estimates):
    ranges = [TimeRange.around(*estimate) for estimate in estimates]
    found = joined(ranges, 0.1, "")
    likely = [one.likely for one in ranges]
    assert min(likely) * (1 - 1e-9) <= found.likely <= max(likely) * (1 + 1e-9)


def test_estimates_that_disagree_give_a_wide_range():
    alike = joined([TimeRange.around(100, 0.2), TimeRange.around(100, 0.2)], 0.1, "")
    apart = joined([TimeRange.around(50, 0.2), TimeRange.around(200, 0.2)], 0.1, "")
    assert apart.high / apart.low > 2 * alike.high / alike.low


def test_without_an_estimate_there_is_nothing_to_join():
    with pytest.raises(ValueError, match="no estimate"):
        joined([], 0.1, "")
