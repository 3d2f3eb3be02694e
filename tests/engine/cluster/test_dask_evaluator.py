"""A run on a Dask cluster: the contract of evaluators, and faults of clusters."""

import os
import platform
from pathlib import Path

import pytest

from engine.cluster import registry as clusters
from engine.cluster.dask_worker import BEGUN
from engine.evaluation.job import EvaluationJob
from engine.supernets.base import EvaluationSettings
from engine.supernets.registry import load
from tests.engine import troubled
from tests.engine.evaluation.evaluator_contract import TIMEOUT, EvaluatorContract
from tests.engine.installed import forget, install

distributed = pytest.importorskip("distributed")

_MODES = {"fine": "fine", "failing": "raise", "hanging": "hang"}


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """The address of a scheduler with a worker in a process of its own, with two threads."""
    monkeypatch = pytest.MonkeyPatch()
    folder = tmp_path_factory.mktemp("package")
    install(folder, monkeypatch, {troubled.NAME: "tests.engine.troubled:Troubled"})
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(folder), str(Path.cwd())]))
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=2, processes=True, dashboard_address=None
    ) as cluster:
        yield cluster.scheduler_address
    clusters.close_all()
    monkeypatch.undo()
    forget()


class TestDaskEvaluator(EvaluatorContract):
    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path, address):
        self.folder, self.address = tmp_path, address

    def make(self, workers):
        cluster = clusters.cluster(self.address, {})
        cluster.connect(TIMEOUT)
        job = EvaluationJob(
            "run",
            troubled.NAME,
            self._settings,
            load(troubled.NAME).fingerprint(self._settings),
        )
        return cluster.evaluator(job, lambda: workers)

    @property
    def _settings(self):
        return EvaluationSettings(dataset_path=str(self.folder))

    def settings(self, behaviour):
        (self.folder / "mode").write_text(_MODES.get(behaviour, behaviour))
        return self._settings

    @property
    def configs(self):
        space = load(troubled.NAME).space
        return [space.to_config(space.smallest), space.to_config(space.largest)]

    def test_records_name_the_host_and_the_worker_also_of_a_failure(self, evaluator):
        future = evaluator.submit(self.configs[0], ["acc"], self.settings("fine"))
        worker = future.result(TIMEOUT).worker
        assert worker.startswith(f"{platform.node()} · tcp://127.0.0.1:")
        future = evaluator.submit(self.configs[0], ["acc"], self.settings("failing"))
        assert future.exception(TIMEOUT).worker == worker

    def test_one_that_another_worker_begins_again_names_both(self, evaluator):
        future = evaluator.submit(self.configs[0], ["acc"], self.settings("hanging"))
        self.until(lambda: future.worker)
        first, request = future.worker, evaluator._tasks[future].id
        begun = {"kind": BEGUN, "request": request, "worker": "tcp://b", "name": "b · tcp://b"}
        evaluator._on_event((0.0, begun))  # as Dask gives it out again when the first one vanishes
        assert (future.lost_workers, future.worker) == ((first,), "b · tcp://b")
        evaluator.abandon(future)
