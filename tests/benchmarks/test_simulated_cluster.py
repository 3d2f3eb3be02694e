"""A search on a simulated cluster: the clock runs by its processor seconds and by events."""

import time

import pytest

from benchmarks.simulated_cluster import (
    SimulatedClock,
    SimulatedCluster,
    SimulatedThread,
    run_on,
    simulated_run,
)
from engine.supernets import registry


def test_a_search_keeps_its_workers_busy_for_as_long_as_they_measure(tmp_path):
    cluster = SimulatedCluster(SimulatedClock(), 32, 60.0, lambda config: 90.0)
    run = simulated_run(tmp_path, registry.DEFAULT, cluster, 80)
    assert run_on(cluster, run) > 0
    assert run.history.state == "finished"
    assert len(run.history.evaluations) == 80
    failed = [e for e in run.history.evaluations if not e.ok]
    assert len(failed) < 8
    assert 0.9 < cluster.utilisation <= 1
    assert 60 < cluster.clock.now < 600


def test_the_clock_counts_work_but_not_what_is_done_aside():
    clock, idle = SimulatedClock(), SimulatedClock(work=0.0)
    before = clock.now
    with clock.aside() as seconds:
        _work()
    assert seconds[0] > 0.01
    assert clock.now - before < seconds[0] / 2
    _work()
    assert clock.now - before > 0.01
    assert idle.now == pytest.approx(0.0)


def test_a_result_of_another_thread_is_there_when_its_work_has_taken_its_time():
    clock = SimulatedClock()
    future = SimulatedThread(clock).submit(_work)
    clock.advance(lambda: False)
    assert not future.done()
    clock.advance(lambda: not future.done())
    assert future.done()
    assert clock.now > 0.01


def test_events_happen_in_their_order_until_there_is_something_to_do():
    clock, happened = SimulatedClock(work=0.0), []
    for moment in (3.0, 1.0, 2.0):
        clock.at(moment, lambda moment=moment: happened.append(moment))
    clock.advance(lambda: len(happened) < 2)
    assert happened == [1.0, 2.0]
    assert clock.now == 2.0


def _work():
    end = time.thread_time() + 0.03
    while time.thread_time() < end:
        pass
