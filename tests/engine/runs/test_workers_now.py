"""What is known of the workers of a run: now in its process, and later from its log."""

import threading
import time

import pytest

from engine.cluster.base import ClusterState, ClusterWorker
from engine.runs.service import RunService
from tests.engine.runs.fakes import InstantEvaluator
from tests.engine.runs.test_service import config, wait_for


class Losing(InstantEvaluator):
    """Has a worker more than was asked for; the first to measure the third sub-network ends."""

    def __init__(self, supernet, limit, **options):
        super().__init__(supernet, lambda: limit() + 1, fail_every=4, **options)

    def submit(self, config, metrics, settings):
        future = super().submit(config, metrics, settings)
        if self.count == 3:
            future.lost_workers = ("gpu01 · tcp://10.0.0.1:4312",)
        return future


class Choosy(InstantEvaluator):
    """Sees the workers of its cluster as its run does: one of them lacks a package."""

    state = ClusterState(
        (ClusterWorker("tcp://10.0.0.1:4312", "one", "gpu01", 1, problem="It lacks a package."),)
    )


@pytest.fixture
def gate():
    gate = threading.Event()
    yield gate
    gate.set()


def test_what_is_measured_is_known_in_the_process_of_the_run_and_only_there(tmp_path, gate):
    service = RunService(tmp_path, lambda name, limit: InstantEvaluator(name, limit, gate=gate))
    run_id = service.start(config(8, workers=2))
    wait_for(lambda: len([m for m in service.workers_now(run_id).measurements if m.worker]) == 2)
    now = service.workers_now(run_id)
    assert (now.count, now.cluster) == (2, None)
    measurement = now.measurements[0]
    assert (measurement.worker, measurement.cycle, measurement.lost_workers) == ("here", 0, ())
    assert 0 <= time.time() - measurement.began < 60
    other = RunService(tmp_path, InstantEvaluator)
    assert other.workers_now(run_id) is None
    other.close()
    gate.set()
    service.wait(run_id, 60)
    assert service.workers_now(run_id) is None
    service.close()


def test_the_log_has_lost_workers_the_time_of_failures_and_the_number_of_workers(tmp_path):
    service = RunService(tmp_path, lambda name, limit: Losing(name, limit, seconds=0.05))
    run_id = service.start(config(8, workers=1))
    service.wait(run_id, 60)
    service.close()
    history = RunService(tmp_path).history(run_id)
    lost = [e.lost_workers for e in history.evaluations if e.lost_workers]
    assert lost == [("gpu01 · tcp://10.0.0.1:4312",)]
    failed = [e for e in history.evaluations if not e.ok]
    assert [e.worker for e in failed] == ["here"] * 2
    assert all(0.05 <= e.seconds < 60 for e in failed)
    assert [e.data["count"] for e in history.events if e.kind == "workers"] == [2]
    assert history.work_times.arrays().lost == {"gpu01 · tcp://10.0.0.1:4312": 1}


def test_workers_of_a_cluster_are_shown_as_the_run_sees_them(tmp_path, gate):
    service = RunService(tmp_path, lambda name, limit: Choosy(name, limit, gate=gate))
    run_id = service.start(config(4))
    wait_for(lambda: service.workers_now(run_id).cluster is not None)
    (worker,) = service.workers_now(run_id).cluster.workers
    assert worker.problem == "It lacks a package."
    gate.set()
    service.wait(run_id, 60)
    service.close()
