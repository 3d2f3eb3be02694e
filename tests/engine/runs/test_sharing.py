"""Several searches share the workers of a machine: limits, priorities and turns."""

import os
import threading
from collections import defaultdict
from functools import partial

import pytest

from engine.config import NASConfig
from engine.errors import RunError
from engine.runs.service import RunService
from engine.runs.share import Share
from engine.runs.worker_pool import WorkerPool
from tests.engine.runs.fakes import InstantEvaluator
from tests.engine.runs.test_service import config, wait_for


class GatedEvaluator(InstantEvaluator):
    """Every measurement hangs until the gate of its number is opened."""

    def __init__(self, supernet, workers, made):
        super().__init__(supernet, workers)
        self._gates = defaultdict(threading.Event)
        self.is_open = False
        made.append(self)

    def gate_of(self, number):
        if self.is_open:
            self._gates[number].set()
        return self._gates[number]

    def open_all(self):
        self.is_open = True
        for number in list(self._gates):
            self.gate_of(number)

    @property
    def measuring(self):
        return self._measuring


@pytest.fixture
def evaluators():
    """The evaluators that the service has made."""
    return []


@pytest.fixture
def service(tmp_path, monkeypatch, evaluators):
    """A service on a machine of four cores."""
    monkeypatch.setattr(os, "cpu_count", lambda: 4)
    service = RunService(tmp_path, partial(GatedEvaluator, made=evaluators))
    yield service
    for evaluator in evaluators:
        evaluator.open_all()
    service.close()


def start(service, name, workers):
    return service.start(config(workers=workers), name)


def state(service, run):
    return service.history(run).state


def message(service, run):
    return service.summary(run).message


def test_a_queued_run_says_who_has_its_workers_under_their_name_of_now(service):
    holder = start(service, "holder", 3)
    wait_for(lambda: state(service, holder) == "running")
    waiting = start(service, "waiting", 2)
    wait_for(lambda: message(service, waiting))
    assert state(service, waiting) == "queued"
    assert message(service, waiting) == (
        "It waits for 2 of the 4 workers of this machine, which 'holder' has."
    )
    service.rename(holder, "first")
    wait_for(lambda: "'first' has" in message(service, waiting))
    assert message(service, holder) == ""


def test_a_queued_run_can_go_first_and_has_the_largest_priority_then(service):
    holder = start(service, "holder", 4)
    wait_for(lambda: state(service, holder) == "running")
    early, late = start(service, "early", 4), start(service, "late", 4)
    service.set_share(early, priority=7)
    wait_for(lambda: message(service, late).endswith("'early' comes first."))
    service.go_first(late)
    wait_for(lambda: message(service, early).endswith("'late' comes first."))
    wait_for(lambda: service.history(late).share == Share(4, 7))
    service.stop_now(holder)
    wait_for(lambda: state(service, late) == "running")
    assert "'late' has" in message(service, early)
    with pytest.raises(RunError, match="'late' is running: it cannot go first now"):
        service.go_first(late)


def test_a_run_that_waits_for_a_scheduler_cannot_go_before_others(tmp_path):
    def without_scheduler(supernet, workers):
        made = InstantEvaluator(supernet, workers)
        made.waiting_reason = "The scheduler does not answer."
        return made

    service = RunService(tmp_path, without_scheduler)
    run = start(service, "alone", 1)
    wait_for(lambda: "does not answer" in message(service, run))
    summary = service.history(run).summary()
    assert summary.state == "queued"
    assert "go_first" not in summary.actions
    with pytest.raises(RunError, match=r"does not wait for other runs\. The scheduler does not"):
        service.go_first(run)
    service.stop_now(run)
    service.close()


def test_a_raised_limit_begins_more_measurements_and_a_lowered_one_lets_them_end(
    service, evaluators
):
    run = start(service, "search", 1)
    wait_for(lambda: evaluators)
    (evaluator,) = evaluators
    wait_for(lambda: evaluator.measuring == 1)
    service.set_share(run, workers=3)
    wait_for(lambda: evaluator.measuring == 3)
    service.set_share(run, workers=2)
    wait_for(lambda: evaluator.workers == 2)
    assert evaluator.measuring == 3
    evaluator.gate_of(1).set()
    wait_for(lambda: service.history(run).evaluations)
    assert (evaluator.measuring, evaluator.count) == (2, 3)
    evaluator.gate_of(2).set()
    wait_for(lambda: evaluator.count == 4)


def test_a_share_is_kept_by_who_resumes_the_run(service, evaluators):
    run = start(service, "search", 1)
    service.set_share(run, workers="all", priority=-3)
    service.stop_now(run)
    service.wait(run, 60)
    service.set_share(run, priority=2)
    service.resume(run)
    wait_for(lambda: len(evaluators) == 2 and evaluators[1].measuring == 4)
    assert service.history(run).share == Share(None, 2)
    assert [e.data for e in service.history(run).events if e.kind == "share"] == [
        {"workers": None, "priority": -3}, {"workers": None, "priority": 2},
    ]  # fmt: skip


def test_a_paused_run_holds_no_workers_and_waits_for_them_when_it_is_resumed(service, evaluators):
    first = start(service, "first", 4)
    wait_for(lambda: evaluators and evaluators[0].measuring == 4)
    service.pause(first)
    evaluators[0].open_all()
    wait_for(lambda: state(service, first) == "paused")
    assert evaluators[0].workers == 0
    second = start(service, "second", 2)
    wait_for(lambda: state(service, second) == "running")
    service.resume(first)
    wait_for(lambda: "'second' has" in message(service, first))
    service.stop_now(second)
    wait_for(lambda: state(service, first) == "running")


def test_a_run_without_a_part_of_a_cluster_is_queued_until_it_gets_one(
    service, evaluators, monkeypatch
):
    cluster = WorkerPool("tcp://scheduler:8786", lambda: 1, divisible=True)
    monkeypatch.setattr(service._threads, "_pool", lambda history: cluster)
    first = start(service, "first", 1)
    wait_for(lambda: evaluators and evaluators[0].measuring == 1)
    second = start(service, "second", 1)
    sentence = "It waits for a worker of tcp://scheduler:8786, which 'first' has."
    wait_for(lambda: message(service, second) == sentence)
    wait_for(lambda: state(service, second) == "queued")

    service.go_first(second)
    wait_for(lambda: state(service, second) == "running")
    assert state(service, first) == "running", "its last measurement has not ended"
    evaluators[0].gate_of(1).set()
    wait_for(lambda: state(service, first) == "queued")
    assert message(service, first).endswith("which 'second' has.")
    service.stop_now(second)
    wait_for(lambda: state(service, first) == "running")


@pytest.mark.parametrize(
    ("share", "sentence"),
    [
        ({"workers": 0}, "A run has from 1 to 100,000 workers, or all."),
        ({"workers": True}, "A run has from 1 to 100,000 workers, or all."),
        ({"workers": "many"}, "A run has from 1 to 100,000 workers, or all."),
        ({"priority": 1001}, "The priority of a run is from -1,000 to 1,000."),
        ({"workers": 2}, "Latency is measured alone on this machine: the run keeps 1 worker."),
        ({"workers": "all"}, "Latency is measured alone on this machine: the run keeps 1 worker."),
    ],
)
def test_a_share_that_a_run_cannot_have_is_refused(service, share, sentence):
    metrics = {"metrics": ["acc", "lat"], "num_evals": 4}
    run = service.start(NASConfig(approach="random", dynas=metrics))
    with pytest.raises(RunError) as error:
        service.set_share(run, **share)
    assert str(error.value) == sentence
    service.set_share(run, workers=1, priority=1)


def test_a_run_that_is_stopping_keeps_its_share(service, evaluators):
    run = start(service, "search", 1)
    wait_for(lambda: evaluators and evaluators[0].measuring == 1)
    service.stop(run)
    wait_for(lambda: state(service, run) == "stopping")
    with pytest.raises(RunError, match="it cannot change workers now"):
        service.set_share(run, workers=2)


def free_config():
    """A search for computed metrics alone: nothing is measured."""
    return NASConfig(
        approach="random", dynas={"metrics": ["macs", "params"], "record": [], "num_evals": 20}
    )


def test_a_search_of_what_costs_nothing_never_waits_behind_one_that_measures(service, evaluators):
    holder = start(service, "holder", 4)
    wait_for(lambda: evaluators and evaluators[0].measuring == 4)
    waits = start(service, "waits", 1)
    wait_for(lambda: message(service, waits))
    free = service.start(free_config(), "free")
    service.wait(free, 60)
    assert state(service, free) == "finished"
    assert len(service.history(free).evaluations) == 20
    assert state(service, holder) == "running"
    assert evaluators[0].measuring == 4
    assert state(service, waits) == "queued"


def test_a_queued_run_begins_beside_the_others_when_asked(service, evaluators):
    holder = start(service, "holder", 4)
    wait_for(lambda: evaluators and evaluators[0].measuring == 4)
    queued = start(service, "queued", 2)
    wait_for(lambda: message(service, queued))
    assert service.holders(queued) == [holder]
    service.run_beside(queued)
    wait_for(lambda: len(evaluators) == 2 and evaluators[1].measuring == 2)
    assert evaluators[0].measuring == 4
    assert (state(service, holder), message(service, queued)) == ("running", "")
    with pytest.raises(RunError, match="'queued' is running: it cannot run beside now"):
        service.run_beside(queued)
    service.pause(queued)
    evaluators[1].open_all()
    wait_for(lambda: state(service, queued) == "paused")
    service.resume(queued)
    wait_for(lambda: "'holder' has" in message(service, queued))
