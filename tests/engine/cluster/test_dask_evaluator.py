"""A run on a Dask cluster: the contract of evaluators, and faults of clusters."""

import os
import uuid
from pathlib import Path

import pytest

from engine.cluster import dask_connection
from engine.cluster import registry as clusters
from engine.contracts.clusters import RULES, CheckedCluster
from engine.contracts.rules import apply
from engine.errors import ConfigError
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
            uuid.uuid4().hex,
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


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.title)
def test_a_dask_cluster_keeps_to_the_rules_for_clusters(address, rule):
    subject = CheckedCluster(clusters.cluster(address, {}))
    assert [finding.text for finding in apply(rule, subject).findings] == []


def test_a_look_at_a_cluster_keeps_no_connection(address, monkeypatch):
    clusters.close_all()
    state = clusters.look_at(address, {"priority": 3}, TIMEOUT)
    assert (state.slots, len(state.workers)) == (2, 1)
    assert state.workers[0].versions["torch"]
    assert not clusters._connections
    monkeypatch.setattr(dask_connection, "_CONNECT_TIMEOUT", 0.5)
    with pytest.raises(ConfigError, match=r"tcp://127\.0\.0\.1:1 has not answered"):
        clusters.look_at("tcp://127.0.0.1:1", {}, TIMEOUT)
