"""What decides a value on the machine of a worker, and the workers that a run measures on."""

import os
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from engine import __main__ as command_line
from engine.cluster import registry as clusters
from engine.cluster import versions
from engine.config import NASConfig
from engine.devices import core_count
from engine.evaluation.child_process import ChildProcess
from engine.meters.conditions import processor_name
from engine.runs.cluster_job import cluster_state, cluster_warnings, job_of
from engine.runs.run_machine import logged_machine
from engine.runs.service import RunService
from tests.engine import troubled
from tests.engine.installed import forget, install

distributed = pytest.importorskip("distributed")
pytestmark = pytest.mark.skipif(core_count() < 2, reason="one worker has fewer cores")

TIMEOUT = 200
_FEWER_CORES = "import os\nos.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\n"
_NOT_USED = f"It has 1 core in place of {core_count()}: not used for lat."


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """The address of a scheduler with a worker of two slots and one that has a single core.

    The latter has the second GPU of its machine, as dask-cuda says it: so do its processes.
    """
    monkeypatch = pytest.MonkeyPatch()
    folder = tmp_path_factory.mktemp("package")
    install(folder, monkeypatch, {troubled.NAME: "tests.engine.troubled:Troubled"})
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(folder), str(Path.cwd())]))
    common = {"dashboard": False, "memory_limit": 0}
    limited = {"preload": [_FEWER_CORES], "env": {"CUDA_VISIBLE_DEVICES": "1"}}
    workers = {
        "large": {"cls": distributed.Nanny, "options": {"nthreads": 2, **common}},
        "small": {"cls": distributed.Nanny, "options": {"nthreads": 1, **limited, **common}},
    }
    scheduler = {"cls": distributed.Scheduler, "options": {"dashboard": False, "port": 0}}
    with distributed.SpecCluster(workers=workers, scheduler=scheduler) as cluster:
        cluster.wait_for_workers(2)
        with distributed.Client(cluster, set_as_default=False) as client:
            assert sorted(client.run(_seen_by_a_child).values()) == ["", "1"]
        yield cluster.scheduler_address
    clusters.close_all()
    monkeypatch.undo()
    forget()


def config(address, metrics=("acc", "lat"), num_evals=2, **dynas):
    dynas = {"supernet": troubled.NAME, "population": 4, "num_evals": num_evals, **dynas}
    return NASConfig(approach="random", dynas={**dynas, "metrics": metrics, "cluster": address})


@pytest.fixture
def service(tmp_path):
    service = RunService(tmp_path)
    yield service
    service.close()


def test_a_latency_is_that_of_the_workers_of_one_kind(address, service):
    state = cluster_state(config(address))
    assert _problems(state) == {"large": "", "small": _NOT_USED}
    assert (state.slots, state.machine.conditions["cores"]) == (2, core_count())
    what = _NOT_USED.removeprefix("It ")
    assert cluster_warnings(config(address)) == [
        f"Cluster: 1 worker on {state.workers[1].host} is not used: it {what}"
    ]
    first = service.history(service.start(config(address)))
    service.wait(first.id, TIMEOUT)
    first.refresh()
    assert (first.state, first.message, len(first.evaluations)) == ("finished", "", 2)
    conditions = {(e.conditions["name"], e.conditions["threads"]) for e in first.evaluations}
    assert conditions == {(processor_name(), core_count())}
    assert logged_machine(first) == state.machine
    service.extend(first.id, 1)
    service.wait(first.id, TIMEOUT)
    first.refresh()
    assert [event.kind for event in first.events].count("machine") == 1
    here = service.history(service.start(config(None, num_evals=1, warm_start=first.id)))
    service.wait(here.id, TIMEOUT)
    assert here.refresh() == 4  # the same kind of machine: the numbers can be compared


def test_a_run_waits_for_the_kind_of_machine_that_it_began_with(address):
    on_small = _kind_of("small", address)
    job = job_of("run", config(address), "", on_small)
    cluster = clusters.cluster(address, {})
    evaluator = cluster.evaluator(job, lambda: 8, lambda: 0)
    try:
        _until(lambda: evaluator.waiting_reason == "" and evaluator.workers == 1)
        assert evaluator.machine == on_small
        not_used = f"It has {core_count()} cores in place of 1: not used for lat."
        assert _problems(evaluator.state) == {"large": not_used, "small": ""}
    finally:
        evaluator.close()


def test_a_device_that_no_worker_has_is_said(address, service):
    asked = config(address, ("acc", "macs"), device="cuda:3")
    sentence = "There is no device 'cuda:3' on this machine. Set device to one of: "
    assert all(worker.problem.startswith(sentence) for worker in cluster_state(asked).workers)
    history = service.history(service.start(asked))
    _until(lambda: history.refresh() or sentence in history.message)
    assert history.state == "queued"
    service.stop(history.id)
    service.wait(history.id, TIMEOUT)


def test_other_source_files_are_refused_where_a_search_starts(address, monkeypatch, service):
    monkeypatch.setattr(versions, "_engine_digest", lambda: "changed")
    asked = config(address, ("acc", "macs"), cluster_options={"threads": 2})
    warnings = cluster_warnings(asked)
    assert len(warnings) == 2
    assert f"their source files of dynas-studio {version('dynas-studio')} are not" in warnings[0]
    assert warnings[1] == "The run waits until the cluster has workers that can be used."
    history = service.history(service.start(asked))
    _until(lambda: history.refresh() or "Its source files" in history.message)
    assert history.message.startswith("No worker of the cluster can be used. ")
    service.stop(history.id)
    service.wait(history.id, TIMEOUT)


def test_a_command_lists_the_workers_and_fails_if_one_is_not_used(address, monkeypatch, capsys):
    settings = [f"dynas.supernet={troubled.NAME}", "metrics=[acc, lat]"]
    options = [part for setting in settings for part in ("--set", setting)]
    assert _command(monkeypatch, "check-cluster", address) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["ok", "ok", "total", "page"]
    assert f"(large): 2 at a time, 1 thread each, {processor_name()}" in "".join(lines)
    assert _command(monkeypatch, "check-cluster", address, *options) == 1
    written = capsys.readouterr()
    assert written.err == "1 worker is not used.\n"
    assert _NOT_USED in written.out
    assert "2 measurements at a time on 1 of 2 workers" in written.out


def _problems(state):
    return {worker.name: worker.problem for worker in state.workers}


def _command(monkeypatch, *arguments):
    monkeypatch.setattr(sys, "argv", ["engine", *arguments])
    with pytest.raises(SystemExit) as ended:
        command_line.main()
    return ended.value.code


def _kind_of(name, address):
    from engine.cluster import dask_worker

    job = job_of("", config(address), "")
    with distributed.Client(address, set_as_default=False) as client:
        names = client.run(lambda dask_worker: dask_worker.name)
        (worker,) = [address for address, found in names.items() if found == name]
        return client.run(dask_worker.kind_of_machine, job, workers=[worker])[worker]


def _seen_by_a_child():
    process = ChildProcess(_tell_gpus)
    try:
        return process.receive(TIMEOUT)
    finally:
        process.end()


def _tell_gpus(pipe):
    pipe.send(os.environ.get("CUDA_VISIBLE_DEVICES", ""))


def _until(condition):
    import time

    end = time.monotonic() + TIMEOUT
    while not condition():
        assert time.monotonic() < end, "the condition did not come true"
        time.sleep(0.01)
