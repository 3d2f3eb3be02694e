"""A bundle is written whole or not at all, whatever happens to the process that writes it."""

import os
import threading
import time
from dataclasses import asdict, replace

import pytest

from engine import data_dir, machine_lock
from engine.config import NASConfig
from engine.data_dir import DataFolder
from engine.errors import CancelledError, DataError, EvaluationError
from engine.export.bundle import contents, process
from engine.export.bundle.process import export_bundle
from engine.export.bundle.refusal import network_refusal
from engine.export.bundle.request import BundleReport
from engine.host_lock import host_lock
from engine.logged_metrics import restore_metrics
from engine.meters.own_metrics import OwnMetric, offer_metrics
from engine.metrics import METRICS, metric
from engine.space.choices import choice_space
from engine.supernets import registry
from engine.supernets.choices.supernet import ChoiceSupernet, describe_supernet
from tests.engine.export.bundle.bundles import request_for


def _begin(folder):
    folder.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(b"half")


def complete(request, folder, progress):
    """Write a file."""
    _begin(folder)
    return BundleReport(folder, ("model.onnx",), ("a problem.",))


def vanish(request, folder, progress):
    """End in the middle, each time."""
    if not folder.exists():
        _begin(folder)
    os._exit(3)


def sleep(request, folder, progress):
    """Say that half is written, and never end."""
    _begin(folder)
    progress("Writing model.onnx", 1, 2)
    time.sleep(600)


def refuse(request, folder, progress):
    """Fail in the middle."""
    _begin(folder)
    raise EvaluationError("It cannot be written.")


def run(monkeypatch, work, folder, cancelled=None):
    monkeypatch.setattr(process, "_write", work)
    event = cancelled or threading.Event()
    return export_bundle(
        request_for(), folder, lambda *state: event.set() if cancelled else None, event
    )


def test_a_bundle_appears_when_it_is_complete(monkeypatch, tmp_path):
    folder = tmp_path / "new" / "bundle"
    report = run(monkeypatch, complete, folder)
    assert report == BundleReport(folder, ("model.onnx",), ("a problem.",))
    assert [path.name for path in folder.parent.iterdir()] == ["bundle"]


@pytest.mark.parametrize(
    ("work", "error"),
    [(vanish, EvaluationError), (refuse, EvaluationError), (sleep, CancelledError)],
)
def test_nothing_is_left_of_what_is_not_complete(monkeypatch, tmp_path, work, error):
    cancelled = threading.Event() if work is sleep else None
    with pytest.raises(error):
        run(monkeypatch, work, tmp_path / "bundle", cancelled)
    assert list(tmp_path.iterdir()) == []


def label_of_layers(request, folder, progress):
    """Write what this process knows of a metric that only the script has."""
    folder.mkdir(parents=True)
    objectives = [objective.label for objective in request.config.objectives]
    return BundleReport(folder, (*objectives, metric("layers").direction))


@pytest.mark.parametrize("is_described_by_a_log", [False, True])
def test_the_process_knows_the_metrics_of_the_run(monkeypatch, tmp_path, is_described_by_a_log):
    own = OwnMetric(len, maximize=False, label="Layers")
    if is_described_by_a_log:
        restore_metrics({"layers": asdict(own.definition("layers"))})
    else:
        offer_metrics({"layers": own})
    config = NASConfig(dynas={"metrics": ["layers", "macs"]})
    request = replace(request_for(metrics={"layers": 3.0}), config=config)
    monkeypatch.setattr(process, "_write", label_of_layers)
    report = export_bundle(request, tmp_path / "b", lambda *state: None, threading.Event())
    assert report.files == ("Layers", "MACs", "min")


def test_a_run_without_networks_is_refused_before_anything_is_written(tmp_path):
    space = choice_space({"width": [1, 2]})
    supernet = ChoiceSupernet(space, {METRICS["acc"]: "acc"})
    describe_supernet(supernet.log_entry()["choices"])
    request = request_for(supernet.name)
    assert network_refusal(request.config) == supernet.no_network_reason
    with pytest.raises(DataError, match="models are built by the script"):
        export_bundle(request, tmp_path / "b", lambda *state: None, threading.Event())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("supernet", [registry.DEFAULT, "not installed"])
def test_other_runs_are_not_refused_for_want_of_networks(supernet):
    assert network_refusal(NASConfig(dynas={"supernet": supernet})) == ""


def test_what_exists_is_not_overwritten(monkeypatch, tmp_path):
    (tmp_path / "bundle").mkdir()
    run(monkeypatch, complete, tmp_path / "bundle")  # an empty folder is as good as none
    for path in ("bundle", "bundle/model.onnx"):
        with pytest.raises(DataError, match=r"exists already\. Nothing is overwritten"):
            run(monkeypatch, complete, tmp_path / path)
    assert (tmp_path / "bundle/model.onnx").read_bytes() == b"half"


def test_a_folder_that_cannot_be_made_is_one_sentence(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match="Nothing can be written to"):
        run(monkeypatch, complete, tmp_path / "file" / "bundle")


def test_what_a_killed_program_left_is_removed_after_a_day(monkeypatch, tmp_path):
    old, recent = tmp_path / ".bundle.1-2.part", tmp_path / ".bundle.3-4.part"
    for path in (old, recent):
        path.mkdir()
    os.utime(old, (0, 0))
    run(monkeypatch, complete, tmp_path / "bundle")
    assert {path.name for path in tmp_path.iterdir()} == {"bundle", recent.name}


def test_no_latency_is_timed_while_a_bundle_is_written(tmp_path, monkeypatch):
    def write(request, folder, progress):
        with pytest.raises(TimeoutError):
            host_lock(machine_lock.COMPUTING).acquire(shared=False, timeout=0)
        return complete(request, folder, progress)

    monkeypatch.setattr(contents, "write_bundle", write)
    with data_dir.using(DataFolder.at(tmp_path / "data")):
        assert process._write(request_for(), tmp_path / "out", lambda *state: None).files


def test_waiting_for_a_timing_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(contents, "write_bundle", complete)
    told = threading.Event()

    def write():
        with data_dir.using(DataFolder.at(tmp_path / "data")):
            process._write(request_for(), tmp_path / "out", on_progress)

    def on_progress(what, done, total):
        assert (what, total) == ("Waiting for a latency measurement to end", None)
        told.set()

    writing = threading.Thread(target=write, daemon=True)
    with data_dir.using(DataFolder.at(tmp_path / "data")), machine_lock.exclusive():
        writing.start()
        assert told.wait(30)
        assert not (tmp_path / "out").exists()
    writing.join(30)
    assert (tmp_path / "out").is_dir()
