"""Workers on machines that have neither the files nor the packages of a run."""

import platform
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from engine.cluster import dask_receiving, dask_sending
from engine.cluster import registry as clusters
from engine.config import NASConfig
from engine.data_dir import DataFolder
from engine.errors import UnusableDataError
from engine.evaluation.job import EvaluationJob
from engine.evaluation.job_files import list_files
from engine.evaluation.job_packages import needed_packages
from engine.meters.pipeline import measure
from engine.runs.service import RunService
from engine.supernets.base import EvaluationSettings
from engine.supernets.registry import load
from tests.engine import troubled
from tests.engine.cluster import other_machine
from tests.engine.installed import forget, install
from tests.engine.runs.test_data_folders import train

distributed = pytest.importorskip("distributed")

TIMEOUT = 200  # seconds: a process loads torch first
EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "token_supernet"


@pytest.fixture(scope="module")
def machines(tmp_path_factory):
    """Data folders of two workers, the address of their scheduler, and a disk that they lack."""
    monkeypatch, home = pytest.MonkeyPatch(), tmp_path_factory.mktemp("machines")
    disk, package, folders = home / "disk", home / "package", [home / "one", home / "two"]
    disk.mkdir()
    install(package, monkeypatch, {troubled.NAME: "tests.engine.troubled:Troubled"})
    with distributed.LocalCluster(n_workers=0, dashboard_address=":0") as cluster:
        address = cluster.scheduler_address
        processes = [other_machine.start(address, folder, disk, package) for folder in folders]
        with distributed.Client(address) as client:
            client.wait_for_workers(len(folders), timeout=TIMEOUT)
        yield address, disk, [folder / "data" for folder in folders]
        clusters.close_all()
        for process in processes:
            process.kill()
            process.wait()
    monkeypatch.undo()
    forget()


@pytest.fixture
def disk(machines, monkeypatch, request):
    """A new folder of this machine's disk, with the data folder of this process in it."""
    folder = machines[1] / request.node.name
    folder.mkdir()
    monkeypatch.setenv("DYNAS_DATA_DIR", str(folder / "data"))
    return folder


@pytest.fixture
def received(machines):
    """The digests that each machine has received; none at the beginning."""
    for data in machines[2]:
        shutil.rmtree(data / "received", ignore_errors=True)

    def received():
        folders = [[*(data / "received").glob("*/")] for data in machines[2]]
        return [{f.name for f in found if f.is_dir() and not f.suffix} for found in folders]

    return received


@pytest.fixture
def make(machines):
    """Make an evaluator for a supernet, which is closed at the end."""
    evaluators = []

    def make(name, settings, metrics=("acc",), **options):
        cluster = clusters.cluster(machines[0], options)
        cluster.connect(TIMEOUT)
        job = EvaluationJob(
            f"run {len(evaluators)}", name, settings, load(name).fingerprint(settings),
            list_files(name, settings, cluster.largest_file),
            needed_packages(name, metrics),
        )  # fmt: skip
        evaluators.append(cluster.evaluator(job, lambda: 2, lambda: 0))
        return evaluators[-1]

    yield make
    for evaluator in evaluators:
        evaluator.close()


def until(condition):
    end = time.monotonic() + TIMEOUT
    while not condition():
        assert time.monotonic() < end, "the condition did not come true"
        time.sleep(0.01)


def values(evaluator, name, metric="acc"):
    """What each machine measures of a sub-network."""
    until(lambda: evaluator.workers)
    space = load(name).space
    configs = [space.to_config(space.smallest), space.to_config(space.largest)]
    futures = [evaluator.submit(config, [metric], None) for config in configs]
    return [future.result(TIMEOUT).values[metric] for future in futures]


def test_a_search_of_a_supernet_trained_here_sends_it_to_each_machine(machines, disk, received):
    folder = DataFolder.at(disk / "data")
    supernet = train(folder, 1.0, "shapes")
    dynas = {"supernet": "shapes", "cluster": machines[0], "num_evals": 2, "metrics": ["acc"]}
    service = RunService(folder.path)
    run_id = service.start(NASConfig(approach="random", dynas={**dynas, "population": 2}))
    service.wait(run_id, TIMEOUT)
    run = service.history(run_id)
    service.close()
    assert (run.state, run.message) == ("finished", "")
    waits = [event.data["message"] for event in run.events if event.data.get("state") == "queued"]
    assert any(text.startswith("Looking for") or "to 2 machines" in text for text in waits)
    sent = received()
    assert len(sent[0]) == 1
    assert sent[0] == sent[1]
    for evaluation in run.evaluations:
        here = measure(supernet, evaluation.config, ["acc"], EvaluationSettings())
        assert evaluation.metrics["acc"] == here["acc"]


def test_a_folder_of_an_option_is_sent_once_and_from_one_worker_to_the_next(
    machines, disk, make, received, monkeypatch
):
    monkeypatch.setattr(dask_sending, "_FIRST", 1)  # the second machine has it from the first
    monkeypatch.setattr(dask_receiving, "CHUNK", 5)
    monkeypatch.setattr(dask_sending, "CHUNK", 5)
    folder = disk / "made"
    (folder / "more").mkdir(parents=True)
    (folder / "mode").write_text("fine")
    (folder / "empty").touch()
    (folder / "more" / "text").write_text("more than one chunk")
    settings = EvaluationSettings(dataset_path=str(folder))
    evaluator = make(troubled.NAME, settings)
    until(lambda: evaluator.workers == 2)
    folder.rename(disk / "gone")
    assert len(set(values(evaluator, troubled.NAME))) == 2
    (digest,) = received()[0]
    assert received()[1] == {digest}
    for data in machines[2]:
        text = data / "received" / digest / "made" / "more" / "text"
        assert text.read_text() == "more than one chunk"


def test_what_a_machine_has_at_the_same_path_is_not_sent(tmp_path, make, received):
    (tmp_path / "mode").write_text("fine")
    settings = EvaluationSettings(dataset_path=str(tmp_path))
    evaluator = make(troubled.NAME, settings)
    assert len(set(values(evaluator, troubled.NAME))) == 2
    assert received() == [set(), set()]


def test_a_folder_that_is_too_large_is_refused_with_its_size_and_what_to_do(disk, make):
    (disk / "large").mkdir()
    (disk / "large" / "file").write_bytes(bytes(3_000_000))
    settings = EvaluationSettings(dataset_path=str(disk / "large"))
    evaluator = make(troubled.NAME, settings, send_limit=0.001)
    with pytest.raises(UnusableDataError) as caught:
        values(evaluator, troubled.NAME)
    assert str(caught.value) == (
        f"On {platform.node()}: there is no {disk / 'large'}, and its 3 MB are more than the 0.001 "
        "GiB that are sent. Put it at the same path on each machine, or raise "
        "cluster_options.send_limit."
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel of an example package, with a supernet."""
    folder = tmp_path_factory.mktemp("wheel")
    source = shutil.copytree(EXAMPLE, folder / "source")  # setuptools writes into it
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    command = [sys.executable, "-m", "pip", "wheel", *options, "--wheel-dir", str(folder)]
    subprocess.run([*command, str(source)], check=True)
    return next(folder.glob("*.whl"))


@pytest.fixture
def example(wheel, tmp_path, monkeypatch):
    """The package of the wheel as it is installed here, and on no worker."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    monkeypatch.syspath_prepend(str(tmp_path / "installed"))
    forget()
    yield "token_transformer"
    monkeypatch.undo()
    forget()


def test_a_package_that_is_missing_is_named_with_what_installs_it(example, make):
    evaluator = make(example, EvaluationSettings(), ["perplexity"])
    with pytest.raises(UnusableDataError) as caught:
        values(evaluator, example, "perplexity")
    assert str(caught.value) == (
        f"On {platform.node()}: the supernet 'token_transformer' is of the package 'token-supernet "
        "1.0', which is not installed there. Install it with pip install token-supernet==1.0, or "
        "name its wheel in cluster_options.wheels."
    )


def test_the_wheel_of_a_package_is_sent_and_installed(example, wheel, disk, make, received):
    named = shutil.copy(wheel, disk)
    evaluator = make(example, EvaluationSettings(), ["perplexity"], wheels=[str(named)])
    until(lambda: evaluator.workers == 2)
    assert len(received()[0]) == len(received()[1]) == 1
    assert all(value > 1 for value in values(evaluator, example, "perplexity"))
