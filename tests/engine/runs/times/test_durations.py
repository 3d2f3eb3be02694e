"""Estimates of the runs of a data folder, and what each of them does now."""

import threading
from contextlib import contextmanager
from functools import partial

import pytest

from engine.runs.service import RunService
from engine.runs.times.activity import queue_sentence
from engine.runs.times.time_range import TimeRange
from tests.engine.runs.fakes import InstantEvaluator, plan_quickly
from tests.engine.runs.test_service import config, wait_for


class SlowToStart(InstantEvaluator):
    """Its workers begin nothing before `ready` is set."""

    def __init__(self, supernet, workers, ready, gate):
        super().__init__(supernet, workers, gate=gate)
        self._ready = ready

    @contextmanager
    def _worker(self):
        while not (self.closed or self._ready.wait(0.02)):
            pass
        with super()._worker():
            yield


@pytest.fixture
def ready():
    """Workers start while it is set."""
    ready = threading.Event()
    ready.set()
    return ready


@pytest.fixture
def gate():
    """Measurements hang while it is closed."""
    gate = threading.Event()
    gate.set()
    return gate


@pytest.fixture
def service(tmp_path, ready, gate, monkeypatch):
    plan_quickly(monkeypatch.setattr)
    service = RunService(tmp_path, partial(SlowToStart, ready=ready, gate=gate))
    yield service
    ready.set()
    gate.set()
    service.close()


def finished(service, **changes):
    run = service.start(config(12, **changes))
    service.wait(run, 60)
    return run


def activity(service, run):
    return service.durations.activity(service.history(run))


def test_a_search_is_estimated_from_the_runs_before_it(service):
    searched = config(30)
    assert service.durations.forecast(searched) is None
    finished(service)
    service.durations._earlier.clear()  # it is read anew after some seconds
    found = service.durations.forecast(searched)
    assert found.low > 0
    assert found.basis.startswith("from an earlier run here")


def test_the_times_are_stored_with_the_run_and_read_by_another_process(service, tmp_path):
    run = finished(service)
    other = RunService(tmp_path, InstantEvaluator)
    assert other._index.stored_times(run) == service.history(run).times
    assert other.durations.forecast(config(12, workers=2)) is not None
    other.close()


def test_a_run_that_measures_nothing_at_all_is_no_basis_for_one_that_does(service):
    run = service.start(config(12, metrics=["macs", "params"], record=[]))
    service.wait(run, 60)
    assert service.durations.forecast(config(12)) is None


def test_a_run_that_has_ended_has_no_time_left(service):
    run = finished(service)
    assert service.durations.remaining(service.history(run)) is None
    assert activity(service, run) == ""


def test_a_run_says_that_its_workers_start_until_one_measures(service, ready, gate):
    ready.clear()
    gate.clear()
    run = service.start(config(12))
    wait_for(lambda: activity(service, run).startswith("The workers are starting"))
    ready.set()
    wait_for(lambda: activity(service, run) == "")
    assert service.history(run).evaluations == []


def test_an_extended_run_says_again_that_its_workers_start_and_forgets_its_speed(service, ready):
    run = finished(service)
    ready.clear()
    service.extend(run, 8)
    wait_for(lambda: activity(service, run).startswith("The workers are starting"))
    history = service.history(run)
    assert history.rate == 0
    assert service.durations.remaining(history) is not None, "by what it measured before"


def test_a_pause_says_what_it_waits_for(service, gate):
    run = finished(service)
    gate.clear()
    service.extend(run, 8)
    wait_for(lambda: (now := service.workers_now(run)) and now.measurements)
    service.pause(run)
    wait_for(lambda: service.history(run).state == "pausing")
    wait_for(lambda: "It waits for 1 running measurement" in activity(service, run))
    assert activity(service, run).endswith("It then pauses.")
    gate.set()
    wait_for(lambda: service.history(run).state == "paused")
    assert activity(service, run) == ""


def test_a_queued_run_says_when_it_may_begin():
    assert queue_sentence([TimeRange(60, 90, 120)]) == "It may begin in about 60 s to 2 min."
    assert queue_sentence([TimeRange(60, 90, 120), None]) == ""
    assert queue_sentence([]) == ""
