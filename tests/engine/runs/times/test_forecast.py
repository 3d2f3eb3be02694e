"""How long a search to come takes, from the times of earlier runs."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.config import NASConfig
from engine.runs.times.forecast import EarlierRun, Planned, comparable, forecast, timed_times
from engine.runs.times.run_times import RunTimes, run_times
from tests.engine.runs.times.time_logs import recorded, steady


def config(seed=0, **dynas):
    return NASConfig(seed=seed, dynas={"workers": 1, **dynas})


def planned(evaluations=100, workers=1, seed=9, **changes):
    return Planned(config(seed, **changes), evaluations, workers, "here")


def earlier(log, seed=0, host="here", **dynas):
    return EarlierRun(config(seed, **dynas), run_times(log, host))


a_run = st.builds(
    lambda workers, startup, measured, seconds, step, plan, growth, blocked, seed: EarlierRun(
        config(seed),
        RunTimes(
            workers, startup, measured, seconds, 0, measured, step, plan, growth, blocked, "here"
        ),
    ),
    st.integers(1, 8), st.floats(0, 60), st.integers(3, 3000), st.floats(0.001, 600),
    st.floats(1, 50), st.floats(0, 20), st.floats(0, 0.1), st.floats(0, 3000), st.integers(0, 3),
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(
    st.lists(a_run, min_size=1, max_size=5), st.integers(1, 5000), st.integers(1, 5000),
    st.integers(1, 8),
)  # fmt: skip
def test_more_evaluations_never_take_less_time(runs, count, more, workers):
    fewer = forecast(planned(count, workers, seed=0), runs)
    greater = forecast(planned(count + more, workers, seed=0), runs)
    assert 0 < fewer.low <= fewer.likely <= fewer.high
    assert greater.likely >= fewer.likely * (1 - 1e-9)


def test_a_search_like_an_earlier_one_takes_about_as_long():
    found = forecast(planned(100), [earlier(steady(100, 2.0))])
    assert found.likely == pytest.approx(205, rel=0.02)
    assert found.low < 205 < found.high
    assert found.basis == "from an earlier run here"


def test_the_first_measurement_of_a_worker_does_not_count_since_it_loads():
    log = steady(20, 2.0)
    slow = log.seconds.copy()
    slow[0] = 60.0
    found = run_times(replace(log, seconds=slow, ran=log.ran + 58))
    assert (found.seconds, found.startup) == (2.0, pytest.approx(63.0))


def test_earlier_runs_that_agree_make_an_estimate_surer():
    one = forecast(planned(), [earlier(steady(60, 2.0))])
    three = forecast(planned(), [earlier(steady(60, 2.0), seed) for seed in range(3)])
    assert three.high / three.low < one.high / one.low
    assert three.basis == "from 3 earlier runs here"


def test_workers_of_a_machine_share_it_so_that_two_are_at_most_twice_as_fast():
    with_one = forecast(planned(100, 1), [earlier(steady(100, 2.0))])
    with_two = forecast(planned(100, 2), [earlier(steady(100, 2.0))])
    assert with_one.likely / 2 < with_two.likely < with_one.likely
    assert with_two.high / with_two.low > with_one.high / with_one.low


def test_runs_with_the_same_settings_on_this_machine_count_alone():
    runs = [earlier(steady(50, 9.0), host="elsewhere"), earlier(steady(50, 1.0))]
    assert forecast(planned(50), runs).likely == pytest.approx(55, rel=0.02)
    other = forecast(planned(50), runs[:1])
    assert other.basis == "from an earlier run with other settings"
    assert other.high / other.low > 3


def test_what_an_identical_search_has_measured_takes_no_time_again():
    again = forecast(planned(100, seed=0), [earlier(steady(100, 2.0), seed=0)])
    assert again.likely < 10
    assert "not measured again" in again.basis
    longer = forecast(planned(200, seed=0), [earlier(steady(100, 2.0), seed=0)])
    assert longer.likely == pytest.approx(205, rel=0.05)
    with_two = forecast(planned(100, 2, seed=0), [earlier(steady(100, 2.0), seed=0)])
    assert with_two.high > 100 > with_two.low


def test_a_search_that_measures_is_not_estimated_without_a_measurement():
    assert forecast(planned(), []) is None
    predicting = run_times(recorded()[1][2])
    assert predicting.measured == 0
    assert forecast(planned(), [EarlierRun(config(), predicting)]) is None


def test_the_first_search_that_measures_nothing_is_a_guess():
    found = forecast(replace(planned(250), measures=False), [])
    assert found.basis == "first run here: a guess"
    assert found.high / found.low > 5


def test_timing_two_sub_networks_takes_the_place_of_a_run():
    found = forecast(planned(100), [EarlierRun(config(), timed_times([3.0, 1.0], 1))])
    assert found.low < 206 < found.high


def test_only_runs_with_the_same_measurements_are_compared():
    assert comparable(config()) == comparable(config(seed=3, num_evals=12, workers=2))
    assert comparable(config()) != comparable(config(record=["lat"]))


def test_each_recorded_run_is_foretold_by_the_others_with_the_same_measurements():
    runs = recorded()
    inside = []
    for number, (_, measures, log) in enumerate(runs):
        others = [
            EarlierRun(config(seed), run_times(other))
            for seed, (_, same, other) in enumerate(runs)
            if same == measures and seed != number
        ]
        found = forecast(replace(planned(len(log), log.workers), measures=measures), others)
        inside.append(found.low <= log.ran[-1] <= found.high)
    assert sum(inside) >= 0.6 * len(inside)
