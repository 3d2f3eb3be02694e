"""A run on a Dask cluster: the contract of evaluators, and faults of clusters."""

import os
import platform
import socket
import threading
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from engine.cluster import dask_connection
from engine.cluster import registry as clusters
from engine.cluster.dask_worker import BEGUN
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

    def make(self, workers, run="run", program=0, priority=0):
        """The evaluator of a run. Each `program` has a connection of its own."""
        cluster = clusters.cluster(self.address, {"priority": program})
        cluster.connect(TIMEOUT)
        job = EvaluationJob(
            run,
            troubled.NAME,
            self._settings,
            load(troubled.NAME).fingerprint(self._settings),
        )
        return cluster.evaluator(job, lambda: workers, lambda: priority)

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
        assert worker.startswith(f"{platform.node()} · 0 · tcp://127.0.0.1:")
        future = evaluator.submit(self.configs[0], ["acc"], self.settings("failing"))
        assert future.exception(TIMEOUT).worker == worker

    def test_one_that_another_worker_begins_again_names_both(self, evaluator):
        future = evaluator.submit(self.configs[0], ["acc"], self.settings("hanging"))
        self.until(lambda: future.worker)
        first, request = future.worker, evaluator._tasks.get(future).id
        begun = {"kind": BEGUN, "request": request, "name": "b · tcp://b"}
        evaluator._on_event((0.0, begun))  # as Dask gives it out again when the first one vanishes
        assert (future.lost_workers, future.worker) == ((first,), "b · tcp://b")
        evaluator.abandon(future)

    def test_two_programs_that_want_all_workers_take_turns(self):
        with self._programs(priorities=(0, 0)) as evaluators:
            order, futures = [], []
            for _ in range(4):
                for name, evaluator in evaluators.items():
                    future = evaluator.submit(self.configs[0], ["acc"], self.settings("fine"))
                    future.add_done_callback(lambda _, name=name: order.append(name))
                    futures.append(future)
            for future in futures:
                assert future.result(TIMEOUT).values["acc"] > 0
        assert {"first", "second"} == set(order[:4]) == set(order[4:])

    @pytest.mark.parametrize(("priorities", "next_one"), [((1, 0), "first"), ((0, 1), "second")])
    def test_what_waits_in_the_scheduler_has_not_begun_and_goes_on_by_priority(
        self, priorities, next_one
    ):
        with self._programs(priorities) as evaluators:
            holder = self.make(2, run="holder")
            hanging = [
                holder.submit(config, ["acc"], self.settings("hanging")) for config in self.configs
            ]
            self.until(lambda: all(future.running() for future in hanging))
            futures = {}
            for count, (name, evaluator) in enumerate(evaluators.items(), 3):
                futures[name] = evaluator.submit(self.configs[0], ["acc"], self.settings("hanging"))
                self.until(lambda count=count: self._sent_count() == count)
            assert not any(future.running() for future in futures.values())
            holder.abandon(hanging[0])
            self.until(lambda: any(future.running() for future in futures.values()))
            assert [name for name, future in futures.items() if future.running()] == [next_one]
            holder.close()

    def _sent_count(self):
        """How many measurements the workers have, begun or not."""
        client = clusters.cluster(self.address, {})._connection.client
        return sum(len(keys) for keys in client.processing().values())

    @contextmanager
    def _programs(self, priorities):
        """The evaluators of two programs, each of which has all workers as far as it knows."""
        evaluators = {
            name: self.make(2, run=name, program=number, priority=priority)
            for number, (name, priority) in enumerate(
                zip(("first", "second"), priorities, strict=True), 1
            )
        }
        yield evaluators
        for evaluator in evaluators.values():
            evaluator.close()


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


def test_a_scheduler_that_closes_the_connection_may_be_encrypted(monkeypatch):
    monkeypatch.setattr(dask_connection, "_CONNECT_TIMEOUT", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        threading.Thread(target=_hang_up, args=(server,), daemon=True).start()
        with pytest.raises(ConfigError, match=f"with TLS, write tls://127.0.0.1:{port}"):
            clusters.look_at(f"tcp://127.0.0.1:{port}", {}, TIMEOUT)


def _hang_up(server):
    """Close each connection at once, as a server that expects an encrypted one."""
    with suppress(OSError):  # once the server is closed
        while True:
            server.accept()[0].close()
