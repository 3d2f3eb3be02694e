"""What hangs does not keep a run: limits, Stop now, and a clock that nobody sets."""

import subprocess
import sys
import threading
import time
from concurrent.futures import Future

import pytest

from engine.config import NASConfig
from engine.log.event import Event
from engine.runs.running_time import RunningTime, Stopwatch
from engine.runs.service import RunService
from engine.runs.time_limit import MIN_SECONDS, TimeLimit
from tests.engine.records import evaluation
from tests.engine.runs.fakes import InstantEvaluator
from tests.engine.runs.test_service import config, finished, wait_for


class Hanging(InstantEvaluator):
    """The evaluations in `hang` never end by themselves."""

    hang: frozenset[int] = frozenset()
    begun = threading.Event()

    def __init__(self, supernet, workers):
        super().__init__(supernet, workers)
        self.never = threading.Event()

    def gate_of(self, number):
        if number not in self.hang:
            return None
        self.begun.set()
        return self.never


@pytest.fixture
def service(tmp_path, monkeypatch):
    monkeypatch.setattr(Hanging, "hang", frozenset(range(3, 100)))
    monkeypatch.setattr(Hanging, "begun", threading.Event())
    service = RunService(tmp_path, Hanging)
    yield service
    service.close()


def hangs(service, config):
    """A run of which the third evaluation is under way."""
    run_id = service.start(config)
    wait_for(lambda: len(service.history(run_id).evaluations) == 2)
    assert Hanging.begun.wait(60)
    return run_id


def test_an_evaluation_that_takes_too_long_fails_and_the_others_go_on(service, monkeypatch):
    monkeypatch.setattr(Hanging, "hang", frozenset({3}))
    history = finished(service, config(8, evaluation_timeout=0.5))
    assert (history.state, len(history.evaluations)) == ("finished", 8)
    failed = history.evaluations[2]
    assert failed.reason == (
        "It took longer than 0.5 s (as set) and was given up. Set evaluation_timeout (dynas) to "
        "more seconds if that is too little."
    )
    assert sum(not e.ok for e in history.evaluations) == 1


def test_stop_waits_for_what_hangs_and_stop_now_does_not(service):
    run_id = hangs(service, config(8))
    service.stop(run_id)
    wait_for(lambda: service.history(run_id).state == "stopping")
    assert service.history(run_id).summary().actions >= {"stop_now"}
    start = time.monotonic()
    service.stop_now(run_id)
    service.wait(run_id, 30)
    assert time.monotonic() - start < 10
    history = service.history(run_id)
    assert (history.state, len(history.evaluations)) == ("stopped", 2), "left out, not failed"
    assert history.message == (
        "1 running evaluation was abandoned. Resume the run to measure again."
    )


class NeverBegun(InstantEvaluator):
    """Its measurements wait for a worker that does not come."""

    def submit(self, config, metrics, settings):
        return Future()


def test_a_stop_does_not_wait_for_what_has_not_begun(tmp_path):
    service = RunService(tmp_path, NeverBegun)
    run_id = service.start(config(8))
    wait_for(lambda: service.workers_now(run_id) and service.workers_now(run_id).measurements)
    service.stop(run_id)
    service.wait(run_id, 30)
    history = service.history(run_id)
    service.close()
    assert (history.state, len(history.evaluations)) == ("stopped", 0)
    assert "was abandoned" in history.message


def test_what_was_left_out_is_measured_on_a_resume_as_if_nothing_had_been(
    service, tmp_path, monkeypatch
):
    run_id = hangs(service, config(8))
    service.stop_now(run_id)
    service.wait(run_id, 30)
    monkeypatch.setattr(Hanging, "hang", frozenset())
    service.resume(run_id)
    service.wait(run_id, 30)
    other = RunService(tmp_path / "whole", Hanging)
    uninterrupted = finished(other, config(8))
    other.close()
    resumed = service.history(run_id)
    assert [e.genotype for e in resumed.evaluations] == [
        e.genotype for e in uninterrupted.evaluations
    ]


def test_a_time_limit_holds_while_something_is_measured(service):
    limited = NASConfig(
        stop={"seconds": 1.5}, dynas={"population": 4, "num_evals": 8, "workers": 1}
    )
    start = time.monotonic()
    history = finished(service, limited)
    assert time.monotonic() - start < 20
    assert (history.state, len(history.evaluations)) == ("finished", 2)
    assert history.message.startswith("The time limit of 1.5 s was reached. 1 running")


def test_closing_the_service_takes_seconds_whatever_hangs(service):
    run_id = hangs(service, config(8))
    start = time.monotonic()
    service.close()
    assert time.monotonic() - start < 12
    assert service.history(run_id).state == "stopped"


def test_a_paused_and_a_queued_run_can_be_stopped_now(service, monkeypatch):
    monkeypatch.setattr(Hanging, "hang", frozenset())
    run_id = service.start(config(2000))
    wait_for(lambda: service.history(run_id).state == "running")
    service.pause(run_id)
    wait_for(lambda: service.history(run_id).state == "paused")
    service.stop_now(run_id)
    service.wait(run_id, 30)
    assert service.history(run_id).state == "stopped"


ELSEWHERE = """
import sys
from pathlib import Path
from engine.runs.service import RunService
from tests.engine.runs.fakes import plan_quickly
from tests.engine.runs.test_service import config
from tests.engine.runs.test_time_limits import Hanging
plan_quickly()
Hanging.hang = frozenset(range(3, 100))
service = RunService(Path(sys.argv[1]), Hanging)
run_id = service.start(config(8))
print(run_id, flush=True)
service.wait(run_id)
"""


def test_a_run_of_another_process_stops_now(tmp_path):
    command = [sys.executable, "-c", ELSEWHERE, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        run_id = process.stdout.readline().strip()
        service = RunService(tmp_path, InstantEvaluator)
        wait_for(lambda: len(service.history(run_id).evaluations) == 2)
        service.stop_now(run_id)
        assert process.wait(60) == 0
    assert service.history(run_id).state == "stopped"
    service.close()


def test_no_limit_until_three_tell_how_long_they_take():
    limit = TimeLimit(None)
    slow = [evaluation(seconds=100.0), evaluation(seconds=200.0)]
    reused = evaluation(seconds=0.0, reused=True)
    failed = evaluation(ok=False, seconds=0.0)
    assert limit.seconds([*slow, reused, failed]) is None
    assert limit.seconds([*slow, reused, failed, evaluation(seconds=90.0)]) == 20 * 100.0


def test_the_limit_is_ten_minutes_at_least_and_what_is_set_before_all():
    quick = [evaluation(seconds=0.1)] * 5
    assert TimeLimit(None).seconds(quick) == MIN_SECONDS == 600
    assert TimeLimit(5.0).seconds([]) == 5.0
    assert TimeLimit(5.0).seconds(quick) == 5.0


def test_a_clock_that_is_set_does_not_count_as_time_spent(tmp_path, monkeypatch):
    """Six hours forward in the middle of a run that may take one."""
    service = RunService(tmp_path, InstantEvaluator)
    limited = NASConfig(
        stop={"seconds": 3600}, dynas={"population": 4, "num_evals": 12, "workers": 1}
    )
    now, count = time.time, []
    monkeypatch.setattr(time, "time", lambda: now() + (6 * 3600 if len(count) > 4 else 0))
    run_id = service.start(limited, on_evaluation=count.append)
    service.wait(run_id, 60)
    history = service.history(run_id)
    assert (history.state, len(history.evaluations)) == ("finished", 12)
    assert history.elapsed < 60
    service.close()
    again = RunService(tmp_path, InstantEvaluator)
    assert again.history(run_id).elapsed == pytest.approx(history.elapsed, abs=0.01)
    again.close()


def test_a_stopwatch_stands_still_while_a_run_is_paused(monkeypatch):
    clock = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    watch = Stopwatch(5.0)
    for state, seconds in (
        ("queued", 7), ("running", 10), ("pausing", 1), ("paused", 50), ("running", 4),
        ("stopping", 2), ("stopped", 9),
    ):  # fmt: skip
        watch.follow(state)
        clock[0] += seconds
    assert watch.seconds == 5 + 10 + 1 + 4 + 2


def states(*told):
    return [Event(i, time, "state", {"state": s, **more}) for i, (time, s, more) in enumerate(told)]


def test_a_log_of_an_older_version_tells_by_the_time_of_day():
    log = RunningTime()
    for event in states((10, "queued", {}), (12, "running", {}), (20, "paused", {})):
        log.follow_state(event)
    assert log.seconds == 8
    log.follow_state(*states((30, "running", {})))
    log.follow([evaluation(finished=36.0)])
    assert log.seconds == 14


def test_after_a_kill_the_last_evaluation_tells():
    log = RunningTime()
    for event in states((10, "queued", {"ran": 0.0}), (12, "running", {"ran": 0.0})):
        log.follow_state(event)
    log.follow([evaluation(finished=99999.0, ran=6.5)])
    assert log.seconds == 6.5


def test_an_older_log_that_goes_on_here_adds_up():
    log = RunningTime()
    for event in states((12, "running", {}), (20, "stopped", {}), (50, "running", {"ran": 8.0})):
        log.follow_state(event)
    log.follow([evaluation(finished=1e9, ran=11.0)])
    assert log.seconds == 11.0
