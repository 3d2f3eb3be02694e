import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.explore.ranges import merge_ranges, parse_ranges, ranges_text

COLUMNS = ["acc", "macs", "d1"]
bounds = st.tuples(st.integers(-(10**6), 10**6), st.integers(0, 10**6)).map(
    lambda pair: (float(pair[0]), float(pair[0] + pair[1]))
)


@given(st.dictionaries(st.sampled_from(COLUMNS), st.lists(bounds, min_size=1, max_size=3)))
def test_ranges_survive_a_round_trip_as_text(ranges):
    assert parse_ranges(ranges_text(ranges), COLUMNS) == ranges


@given(st.text(alphabet="acdms1:;~,.-e9 ", max_size=60))
def test_any_address_is_read(text):
    for name, parts in parse_ranges(text, COLUMNS).items():
        assert name in COLUMNS
        assert all(low <= high for low, high in parts)


@pytest.mark.parametrize(
    "text", ["", "macs", "macs:", "macs:1", "macs:b~a", "macs:nan~1", "macs:5~1", "no:1~2"]
)
def test_invalid_text_gives_no_ranges(text):
    assert parse_ranges(text, COLUMNS) == {}


def test_ranges_on_hidden_axes_are_kept():
    old = {"acc": [(1.0, 2.0)], "d1": [(2.0, 2.0)]}
    assert merge_ranges(old, {"macs": [(3.0, 4.0)]}, ["acc", "macs"]) == {
        "d1": [(2.0, 2.0)],
        "macs": [(3.0, 4.0)],
    }
