"""How long a run goes on that has begun."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.config import NASConfig
from engine.runs.times.forecast import EarlierRun
from engine.runs.times.remaining import Rest, remaining
from engine.runs.times.run_times import per_minute, run_times, seconds_of_now
from tests.engine.runs.times.time_logs import recorded, steady, time_log


def earlier(log):
    return [EarlierRun(NASConfig(), run_times(log))]


@settings(max_examples=200, deadline=None)
@given(
    st.integers(0, 200), st.floats(0.01, 100), st.integers(1, 8), st.integers(0, 1000),
    st.integers(1, 1000), st.floats(0, 50), st.booleans(),
)  # fmt: skip
def test_more_evaluations_never_take_less_and_nothing_is_negative(
    done, seconds, workers, left, more, since, measures
):
    log = steady(done, seconds, workers)
    log = log if not done else time_log(
        log.ran, log.seconds, workers=workers, elapsed=log.elapsed + since
    )  # fmt: skip
    fewer = remaining(log, Rest(left, 0, measures), earlier(steady(50, 1.0)))
    greater = remaining(log, Rest(left + more, 0, measures), earlier(steady(50, 1.0)))
    for found in (fewer, greater):
        assert 0 <= found.low <= found.likely <= found.high
    assert greater.likely >= fewer.likely * (1 - 1e-9)


def test_before_anything_was_measured_a_first_run_has_no_estimate():
    assert remaining(time_log([], []), Rest(100)) is None


def test_before_anything_was_measured_earlier_runs_tell_it_with_the_start_of_the_workers():
    found = remaining(time_log([], [], elapsed=1.0), Rest(100), earlier(steady(80, 2.0)))
    assert found.likely == pytest.approx(204, rel=0.03)


def test_the_speed_is_that_of_the_last_minute():
    ran = [*range(10, 1010, 10), *range(1001, 1121, 1)]
    log = time_log(ran, [10.0] * 100 + [1.0] * 120)
    assert seconds_of_now(log) == (60, 1.0)
    assert per_minute(log) == pytest.approx(60.0)
    assert remaining(log, Rest(100)).likely == pytest.approx(205, rel=0.5)


def test_the_speed_is_not_that_of_before_a_pause():
    paused = time_log(range(2, 42, 2), 2.0, starts=(0.0, 40.0), elapsed=41.0)
    assert per_minute(paused) == 0.0
    assert seconds_of_now(paused) == (0, 0.0)
    assert remaining(paused, Rest(10)).likely > 20, "the workers start again"
    ran = [*range(2, 42, 2), 50, 55, 60, 65]
    resumed = time_log(ran, [2.0] * 20 + [5.0] * 4, starts=(0.0, 40.0))
    assert per_minute(resumed) == pytest.approx(12.0)


def test_what_is_measured_now_has_begun_already():
    before = steady(20, 10.0)
    later = time_log(before.ran, before.seconds, elapsed=before.elapsed + 6.0)
    assert remaining(later, Rest(5)).likely == pytest.approx(
        remaining(before, Rest(5)).likely - 6.0
    )


def test_known_evaluations_may_go_on_or_end_at_once():
    log = time_log([*range(2, 42, 2), 40, 40, 40], [2.0] * 20 + [0.0] * 3, known=[0] * 20 + [1] * 3)
    found = remaining(log, Rest(100))
    assert found.low < 20
    assert found.high >= 200


def test_a_time_limit_ends_it_sooner():
    assert remaining(steady(20, 10.0), Rest(100, limit=60.0)).high == 60.0
    assert remaining(time_log([], []), Rest(100, limit=60.0)).high == 60.0


def test_a_front_that_is_measured_again_takes_time_too():
    log = steady(20, 2.0)
    assert remaining(log, Rest(0, repeats=15)).likely == pytest.approx(30, rel=0.1)


def test_the_ends_of_recorded_runs_are_foretold_about_as_often_as_a_range_says():
    """Each run at eleven moments, with the ones before it: of five ranges, four hold the truth."""
    inside, earlier = [], {True: [], False: []}
    for _, measures, log in recorded():
        end = float(log.ran[-1])
        for share in (0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
            known = log.until(share * end)
            rest = Rest(len(log) - len(known), 0, measures)
            found = remaining(known, rest, earlier[measures])
            if found is not None:
                inside.append(found.low <= end - known.elapsed <= found.high)
        earlier[measures].insert(0, EarlierRun(NASConfig(), run_times(log)))
    assert len(inside) > 100
    assert np.mean(inside) > 0.7


@pytest.mark.parametrize(("name", "measures", "log"), recorded(), ids=lambda v: str(v)[:50])
def test_what_is_likely_is_near_the_truth_in_the_second_half_of_a_recorded_run(name, measures, log):
    end, factors = float(log.ran[-1]), []
    for share in (0.5, 0.6, 0.7, 0.8):
        known = log.until(share * end)
        found = remaining(known, Rest(len(log) - len(known), 0, measures))
        factors.append(found.likely / (end - known.elapsed))
    assert 0.4 < np.exp(np.mean(np.log(factors))) < 2.5


def test_a_measurement_that_takes_much_longer_than_usual_counts_before_it_ends():
    log = steady(20, 2.0)
    stuck = time_log(log.ran, log.seconds, elapsed=log.elapsed + 300.0)
    assert remaining(stuck, Rest(10)).likely > 2 * remaining(log, Rest(10)).likely


def test_the_first_ones_of_all_workers_are_no_speed():
    first = time_log([10.0, 10.5], 10.0, workers=2)
    assert per_minute(first) == 0.0, "two at once would be 120 a minute"
    further = time_log([10.0, 10.5, 20.0], 10.0, workers=2)
    assert per_minute(further) == pytest.approx(12.0)


def test_what_is_computed_or_known_is_no_speed_of_a_run_that_measures():
    mixed = time_log(
        [1.0, 1.1, 1.2, 11.0, 21.0],
        [0.0, 0.0, 0.0, 10.0, 10.0],
        measured=[False, False, False, True, True],
        known=[True, True, False, False, False],
    )
    assert per_minute(mixed) == pytest.approx(6.0)
