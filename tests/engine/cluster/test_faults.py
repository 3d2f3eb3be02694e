"""Faults of a cluster during a search: killed workers, a scheduler that comes back, and more."""

import subprocess
import sys
import time
from contextlib import contextmanager
from functools import partial

import pytest

from engine.cluster import registry as clusters
from engine.config import NASConfig
from engine.evaluation.measurement import Measurement
from engine.runs.service import RunService
from tests.engine import troubled
from tests.engine.cluster.cluster_processes import (
    ClusterProcesses,
    descendants,
    freeze,
    have_ended,
    measuring_processes,
    thaw,
    until,
)
from tests.engine.installed import forget, install
from tests.engine.runs.fakes import InstantEvaluator
from tests.engine.runs.test_deterministic import told
from tests.engine.runs.test_service import finished

# Beside other tests on a busy machine, workers of a killed scheduler have ended only after minutes.
pytestmark = pytest.mark.slow

LONG = 120.0  # seconds that a worker of Dask has to end without a scheduler
SECONDS = 20.0  # within which a run obeys on a busy machine, whatever the cluster does
DRIVE = """
import sys
from pathlib import Path
from engine.config import NASConfig
from engine.runs.service import RunService
service = RunService(Path(sys.argv[1]))
service.wait(service.start(NASConfig.from_yaml(Path(sys.argv[2]).read_text())))
"""


class Undisturbed(InstantEvaluator):
    """Answers at once what workers measure."""

    def _measurement(self, config, metrics, settings):
        return Measurement({"acc": troubled.accuracy(config)}, 0.01, "here")


@contextmanager
def with_troubled(folder):
    """Make the supernet that fails on demand one of an installed package."""
    monkeypatch = pytest.MonkeyPatch()
    install(folder, monkeypatch, {troubled.NAME: "tests.engine.troubled:Troubled"})
    yield
    monkeypatch.undo()
    forget()


@pytest.fixture(scope="module")
def processes(tmp_path_factory):
    """A scheduler and two workers."""
    folder = tmp_path_factory.mktemp("package")
    with with_troubled(folder):
        processes = ClusterProcesses(folder, {})
        processes.start_scheduler()
        for _ in range(2):
            processes.start_worker()
        yield processes
        clusters.close_all()
        processes.close()


def search_on(address, folder, num_evals, mode="slow", approach="random", population=8):
    """The configuration of a search on a cluster, whose measurements behave so."""
    dataset = folder / "dataset"
    dataset.mkdir(exist_ok=True)
    (dataset / "mode").write_text(mode)
    # A worker measures with any folder of the same content, and would leave its traces in another.
    (dataset / "place").write_text(str(folder))
    return NASConfig(
        approach=approach,
        search={"deterministic": True, "seed": 4},
        dynas={
            "supernet": troubled.NAME, "dataset_path": str(dataset), "cluster": address,
            "population": population, "num_evals": num_evals, "metrics": ["acc", "macs"],
        },
    )  # fmt: skip


@pytest.fixture
def search(processes, tmp_path):
    """The configuration of a search on the cluster."""
    return partial(search_on, processes.address, tmp_path)


@pytest.fixture
def service(tmp_path):
    service = RunService(tmp_path / "data")
    yield service
    service.close()


def undisturbed(folder, config):
    """The log of the same search without a cluster."""
    config = config.model_copy(deep=True)
    config.dynas.cluster = None
    service = RunService(folder, Undisturbed)
    history = finished(service, config)
    service.close()
    return told(history)


def count(service, run_id):
    """How many evaluations are in the log of a run."""
    return len(service.history(run_id).evaluations)


def test_a_killed_worker_loses_nothing_and_leaves_no_process(processes, search, service, tmp_path):
    config = search(24)
    run_id = service.start(config)
    until(lambda: count(service, run_id) >= 6)
    measuring = descendants(processes.workers[0])
    processes.kill(processes.workers[0])
    until(lambda: have_ended(measuring), SECONDS)
    processes.start_worker()
    service.wait(run_id, 200)
    assert told(service.history(run_id)) == undisturbed(tmp_path / "other", config)


def test_a_search_waits_for_its_scheduler_and_obeys_meanwhile(processes, search, service, tmp_path):
    config = search(24)
    run_id, other_id = service.start(config), service.start(search(200))
    until(lambda: count(service, run_id) >= 4)
    workers = list(processes.workers)
    processes.kill(processes.scheduler)
    until(lambda: service.history(run_id).state == "queued", SECONDS)
    assert "has not answered since" in service.history(run_id).message
    service.stop(other_id)
    until(lambda: service.history(other_id).state == "stopped", SECONDS)
    service.delete(other_id)
    for worker in workers:
        worker.wait(LONG)
        processes.workers.remove(worker)
    processes.start_scheduler()
    for _ in range(2):
        processes.start_worker()
    service.wait(run_id, 200)
    assert told(service.history(run_id)) == undisturbed(tmp_path / "other", config)


def test_a_scheduler_that_stands_still_stops_nobody(processes, search, service):
    run_id = service.start(search(8, "hang"))
    until(lambda: service.history(run_id).state == "running")
    freeze(processes.scheduler)
    start = time.monotonic()
    service.close()
    thaw(processes.scheduler)
    assert time.monotonic() - start < SECONDS
    assert service.history(run_id).state == "stopped"


def test_the_search_killed_its_measurements_end_and_their_workers_are_free(
    processes, search, service, tmp_path
):
    earlier = {p.pid for worker in processes.workers for p in measuring_processes(worker)}
    (tmp_path / "search.yaml").write_text(search(8, "hang").to_yaml())
    driver = subprocess.Popen(
        [sys.executable, "-c", DRIVE, str(tmp_path / "killed"), str(tmp_path / "search.yaml")],
        env=processes.environment,
    )
    until((tmp_path / "dataset" / "hanging").exists)
    measuring = [
        p
        for worker in processes.workers
        for p in measuring_processes(worker)
        if p.pid not in earlier
    ]
    assert measuring
    driver.kill()
    driver.wait()
    until(lambda: have_ended(measuring), SECONDS)
    assert finished(service, search(4)).state == "finished"
