"""How busy the workers of a run were, from its log."""

import time

import numpy as np
import pytest

from engine.analysis.charts.workers import workers_info
from engine.analysis.figures.workers import workers_figure
from engine.analysis.planning_time import PlanningTime, planning_time
from engine.analysis.utilisation import mean_level, mean_step, utilisation
from engine.config import NASConfig
from engine.log.evaluation_log import DiskLog
from engine.log.event import Event
from engine.runs.history import RunHistory
from tests.engine.records import evaluation

EDGES = np.array([0.0, 10.0, 20.0])


def event(time, kind, **data):
    return Event(0, time, kind, data)


@pytest.fixture
def history(tmp_path):
    """Makes the history of a run on two workers, or on a cluster, from events and evaluations."""
    logs = []

    def make(events, evaluations=(), **dynas):
        logs.append(DiskLog(tmp_path / str(len(logs))))
        config = NASConfig(dynas={"workers": 2, **dynas}).to_dict()
        logs[-1].append_events([event(0.0, "created", config=config, name="run"), *events])
        logs[-1].append_all(evaluations)
        return RunHistory("run", logs[-1])

    yield make
    for log in logs:
        log.close()


def ran(time, state, seconds):
    return event(time, "state", state=state, ran=seconds)


def measured(began, ended, worker="process 1", **changes):
    return evaluation(finished=ended, seconds=ended - began, worker=worker, **changes)


def test_the_mean_level_counts_the_part_of_a_period_that_an_interval_covers():
    began, ended = np.array([0.0, 5.0, 15.0]), np.array([10.0, 15.0, 15.0])
    assert mean_level(began, ended, EDGES).tolist() == [1.5, 0.5]


def test_the_mean_of_a_step_function_weighs_its_levels_by_their_time():
    times, levels = np.array([0.0, 5.0, 12.0]), np.array([0.0, 4.0, 1.0])
    assert mean_step(times, levels, EDGES) == pytest.approx([2.0, (2 * 4 + 8 * 1) / 10])


def test_two_workers_of_which_one_was_idle_for_half_of_the_time_were_used_for_three_quarters(
    history,
):
    run = history(
        [ran(100.0, "running", 0.0), ran(110.0, "finished", 10.0)],
        [measured(100.0, 110.0), measured(100.0, 105.0, "process 2")],
    )
    use = utilisation(run)
    assert use.share == pytest.approx(0.75)
    assert use.busy[0] == pytest.approx(2.0)
    assert use.busy[-1] == pytest.approx(1.0)
    assert (use.edges[0], use.edges[-1]) == (0.0, 10.0)


def test_pauses_and_interruptions_are_left_out(history):
    run = history(
        [
            ran(100.0, "running", 0.0), ran(110.0, "paused", 10.0),
            ran(500.0, "running", 10.0),  # the process was killed at 505 and resumed at 900
            ran(900.0, "queued", 15.0), ran(901.0, "running", 15.0), ran(906.0, "finished", 20.0),
        ],
        [measured(*times) for times in ((100.0, 110.0), (500.0, 505.0), (901.0, 906.0))] * 2,
    )  # fmt: skip
    use = utilisation(run)
    assert use.edges[-1] == 20.0
    assert use.busy == pytest.approx(np.full(len(use.busy), 2.0))
    assert use.share == pytest.approx(1.0)


def test_what_was_known_before_is_no_work(history):
    known = [measured(100.0, 110.0, reused=True), measured(100.0, 110.0, cycle=-1)]
    run = history([ran(100.0, "running", 0.0), ran(110.0, "finished", 10.0)], known)
    assert utilisation(run).share == 0.0
    assert not workers_info("run", run).measured


def test_the_usable_workers_of_a_cluster_come_and_go(history):
    run = history(
        [
            ran(100.0, "running", 0.0), event(100.0, "workers", count=1),
            event(105.0, "workers", count=3), ran(110.0, "finished", 10.0),
        ],
        [measured(100.0, 110.0)],
        cluster="tcp://scheduler:8786",
    )  # fmt: skip
    use = utilisation(run)
    assert (use.usable[0], use.usable[-1]) == pytest.approx((1.0, 3.0))
    assert use.share == pytest.approx(10 / 20)


def test_more_work_than_workers_were_counted_is_no_more_than_all_of_the_time(history):
    events = [ran(100.0, "running", 0.0), ran(110.0, "finished", 10.0)]
    run = history(events, [measured(100.0, 110.0)] * 5)
    assert utilisation(run).share == 1.0


def test_measurements_that_run_now_are_work_until_now(history):
    run = history(
        [ran(100.0, "running", 0.0)], [measured(100.0, 110.0, ran=10.0)],
    )  # fmt: skip
    assert utilisation(run, [105.0]).share == pytest.approx(15 / 20)
    assert workers_info("run", run, [105.0]).share_text == "75 %"


def test_a_log_of_an_older_version_has_a_utilisation_too(history):
    run = history(
        [event(100.0, "state", state="running"), event(110.0, "state", state="finished")],
        [measured(100.0, 110.0), measured(105.0, 110.0, "")],
    )
    assert utilisation(run).edges[-1] == 10.0
    assert utilisation(run).share == pytest.approx(0.5)


def test_the_figure_has_a_step_for_each_period(history):
    run = history(
        [ran(0.0, "running", 0.0), ran(6000.0, "finished", 6000.0)], [measured(0.0, 6000.0)]
    )
    info = workers_info("run", run)
    assert (info.unit, info.unit_seconds) == ("min", 60.0)
    busy, usable = workers_figure(info)["data"]
    assert busy["x"][-1] == 100.0
    assert len(busy["x"]) == len(busy["y"]) == len(info.utilisation.busy) + 1
    assert set(usable["y"]) == {2.0}


def test_planning_is_that_of_the_cycles_that_say_how_long_it_took(history):
    cycle = {"after": 0, "proposals": []}
    run = history(
        [
            ran(0.0, "running", 0.0), event(1.0, "cycle", cycle=0, **cycle),
            *(event(1.0, "cycle", cycle=i, seconds=s, **cycle) for i, s in ((1, 2.0), (2, 6.0))),
            ran(100.0, "finished", 100.0),
        ]
    )  # fmt: skip
    assert planning_time(run) == PlanningTime(2, 4.0, 6.0, 2, 0.08)
    assert planning_time(history([])) is None


def test_a_run_of_a_hundred_thousand_evaluations_is_summed_in_well_under_a_second(history):
    """It takes some hundredths of a second; a loop over evaluations would take ten times that."""
    run = history([ran(0.0, "running", 0.0), ran(1000.0, "finished", 1000.0)])
    run.evaluations += 100 * [measured(float(i), i + 1.0, f"process {i}") for i in range(1000)]
    run.work_times.arrays()
    start = time.process_time()
    use = utilisation(run)
    assert time.process_time() - start < 1.0
    assert use.busy == pytest.approx(np.full(len(use.busy), 100.0))
