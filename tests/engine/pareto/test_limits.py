import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.constraints import Constraint
from engine.metrics import metric
from engine.pareto.limits import is_within_limits, sensible_limits
from tests.engine.records import evaluation

accuracies = st.floats(0, 100)
macs = st.integers(1, 10**13)


@given(
    st.lists(st.tuples(accuracies, macs), max_size=30),
    st.none() | accuracies,
    st.none() | macs,
)
def test_as_many_remain_as_counting_one_by_one_finds(rows, least_accuracy, most_macs):
    limits = {"acc": least_accuracy, "macs": most_macs}
    is_within = is_within_limits(
        [evaluation(acc, count) for acc, count in rows],
        [
            Constraint.no_worse_than(metric(name), limit)
            for name, limit in limits.items()
            if limit is not None
        ],
    )
    assert list(is_within) == [
        (least_accuracy is None or acc >= least_accuracy)
        and (most_macs is None or count <= most_macs)
        for acc, count in rows
    ]


def test_who_lacks_a_metric_keeps_to_no_limit_on_it():
    limits = [Constraint.parse("acc >= 0")]
    assert list(is_within_limits([evaluation(ok=False), evaluation()], limits)) == [False, True]


@given(st.sampled_from(["acc", "lat"]), st.lists(accuracies, min_size=1, max_size=20))
def test_the_loosest_limit_keeps_all_and_the_tightest_the_best_measured(name, values):
    check_ends(metric(name), values)


@given(st.sampled_from(["macs", "params"]), st.lists(macs, min_size=1, max_size=20))
def test_the_loosest_limit_keeps_all_and_the_tightest_the_best_counts(name, values):
    check_ends(metric(name), values)


def check_ends(limited_metric, values):
    limits = sensible_limits(limited_metric, values)
    assert limits == sorted(set(limits))
    signed = [limited_metric.sign * value for value in values]
    ends = sorted(limited_metric.sign * limit for limit in limits)
    assert max(signed) <= ends[-1]
    assert min(signed) <= ends[0]


def test_counts_over_a_wide_range_are_tried_in_even_ratios():
    limits = sensible_limits(metric("macs"), [1e6, 1e9])
    middle = limits[len(limits) // 2]
    assert 2e7 < middle < 6e7
    assert limits[1] <= 1.2e6
    assert all(limit % 1e4 == 0 for limit in limits)


def test_small_ranges_are_tried_in_fine_steps():
    limits = sensible_limits(metric("acc"), [90.0, 90.6])
    assert len(limits) > 40
    assert all(round(limit, 4) == limit for limit in limits)


@pytest.mark.parametrize(("name", "value"), [("acc", 91.234), ("macs", 5_123_456.0)])
def test_equal_values_have_one_limit(name, value):
    assert len(sensible_limits(metric(name), [value, value])) == 1
