import csv
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import Future
from pathlib import Path

import pytest

from engine.config import NASConfig
from engine.errors import ConfigError, DataError, RunError, UnusableDataError
from engine.export.table import run_csv
from engine.runs.service import RunService
from tests.engine.runs.fakes import InstantEvaluator


def config(num_evals=12, **dynas):
    return NASConfig(dynas={"population": 4, "num_evals": num_evals, "workers": 1, **dynas})


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "the condition did not come true"
        threading.Event().wait(0.02)


@pytest.fixture
def service(tmp_path):
    service = RunService(tmp_path, InstantEvaluator)
    yield service
    service.close()


def finished(service, config):
    run_id = service.start(config)
    service.wait(run_id, 120)
    return service.history(run_id)


def test_a_run_measures_exactly_its_budget(service):
    history = finished(service, config(12))
    assert history.state == "finished"
    assert [e.number for e in history.evaluations] == list(range(1, 13))
    assert history.hypervolume[-1] >= history.hypervolume[0] > 0
    assert history.front_numbers <= set(range(1, 13))


def test_one_worker_gives_the_same_sequence_for_the_same_seed(tmp_path):
    sequences = []
    for name in ("a", "b"):
        service = RunService(tmp_path / name, InstantEvaluator)
        sequences.append([e.genotype for e in finished(service, config(10)).evaluations])
        service.close()
    assert sequences[0] == sequences[1]


def test_failed_evaluations_are_recorded_with_their_reason(tmp_path):
    service = RunService(tmp_path, lambda s, w: InstantEvaluator(s, w, fail_every=3))
    history = finished(service, config(9))
    failed = [e for e in history.evaluations if not e.ok]
    assert history.state == "finished"
    assert [e.reason for e in failed] == ["acc is not a finite number"] * 3
    assert "acc is not a finite number" in run_csv(history)
    service.close()


def test_pause_resume_stop_resume_extend(tmp_path):
    gate = threading.Event()
    service = RunService(tmp_path, lambda s, w: InstantEvaluator(s, w, gate=gate))
    run_id = service.start(config(8))

    def state():
        return service.history(run_id).summary().state

    wait_for(lambda: state() == "running")
    service.pause(run_id)
    gate.set()
    wait_for(lambda: state() == "paused")
    paused_at = len(service.history(run_id).evaluations)
    assert paused_at < 8
    service.resume(run_id)
    service.wait(run_id, 60)
    assert state() == "finished"
    with pytest.raises(RunError, match="it cannot pause now"):
        service.pause(run_id)
    service.extend(run_id, 3)
    service.wait(run_id, 60)
    history = service.history(run_id)
    assert (history.state, len(history.evaluations)) == ("finished", 11)
    assert len({e.genotype for e in history.evaluations}) == 11
    service.close()


def test_what_was_measured_once_is_reused_and_marked(service):
    first = finished(service, config(6))
    second = finished(service, config(6))
    assert not any(e.reused for e in first.evaluations)
    assert all(e.reused for e in second.evaluations)
    assert [e.metrics for e in first.evaluations] == [e.metrics for e in second.evaluations]


def test_rename_and_delete(service, tmp_path):
    run_id = finished(service, config(4)).id
    service.rename(run_id, "mine")
    assert service.list()[0].name == "mine"
    assert service.exists(run_id)
    service.delete(run_id)
    assert service.list() == []
    assert not any(service.exists(name) for name in (run_id, "..", "a/b", "n" * 5000))
    with pytest.raises(RunError, match="no run"):
        service.history(run_id)


def test_published_csv_keeps_what_was_there(service, tmp_path):
    path = tmp_path / "results.csv"
    path.write_text("older\n")
    finished(service, config(5, results_csv_path=str(path)))
    with path.open(newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["Sub-network", "Date", "Latency (ms)", "MACs", "Top-1 Acc (%)"]
    assert len(rows) == 6
    assert (tmp_path / "results.1.csv").read_text() == "older\n"


CRASH = """
import sys, threading
from pathlib import Path
from engine.runs.service import RunService
from tests.engine.runs.fakes import InstantEvaluator, plan_quickly
from tests.engine.runs.test_service import config
plan_quickly()
service = RunService(Path(sys.argv[1]), InstantEvaluator)
run_id = service.start(config(40))
print(run_id, flush=True)
while len(service.history(run_id).evaluations) < 7:
    threading.Event().wait(0.01)
print("ready", flush=True)
threading.Event().wait()
"""


def test_killed_with_9_it_is_interrupted_and_resumes_as_if_never_killed(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", CRASH, str(tmp_path / "killed")], stdout=subprocess.PIPE, text=True
    )
    run_id = process.stdout.readline().strip()
    assert process.stdout.readline().strip() == "ready"
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    service = RunService(tmp_path / "killed", InstantEvaluator)
    summary = service.list()[0]
    assert (summary.id, summary.state) == (run_id, "interrupted")
    assert summary.evaluations >= 7
    service.resume(run_id)
    service.wait(run_id, 120)
    resumed = [e.genotype for e in service.history(run_id).evaluations]
    service.close()
    other = RunService(tmp_path / "whole", InstantEvaluator)
    uninterrupted = [e.genotype for e in finished(other, config(40)).evaluations]
    other.close()
    assert resumed == uninterrupted


def test_published_csv_of_a_resumed_run_goes_on_and_spares_what_others_wrote(service, tmp_path):
    path = tmp_path / "results.csv"
    run_id = finished(service, config(4, results_csv_path=str(path))).id
    service.extend(run_id, 2)
    service.wait(run_id, 60)
    assert len(path.read_text().splitlines()) == 7
    assert not (tmp_path / "results.1.csv").exists()
    path.write_text("of another search\n")
    service.extend(run_id, 1)
    service.wait(run_id, 60)
    assert len(path.read_text().splitlines()) == 8
    assert (tmp_path / "results.1.csv").read_text() == "of another search\n"


def test_computed_numbers_are_not_called_reused(service):
    history = finished(service, config(6, metrics=["macs", "params"], record=[]))
    assert history.state == "finished"
    assert not any(e.reused for e in history.evaluations)


def test_reused_evaluations_do_not_count_for_the_speed(service):
    finished(service, config(6))
    assert finished(service, config(6)).rate == 0


def test_results_that_cannot_be_written_are_said_before_anything_starts(service, tmp_path):
    with pytest.raises(ConfigError, match="results_csv_path"):
        service.start(config(6, results_csv_path=str(tmp_path)))
    assert service.list() == []


def test_a_latency_table_that_cannot_be_read_is_said_before_anything_starts(service):
    with pytest.raises(DataError, match=r"/dev/zero cannot be read .it is a device"):
        service.start(config(6, metrics=["lat", "macs"], latency_table="/dev/zero"))
    assert service.list() == []


def test_missing_data_is_said_before_anything_starts(service, tmp_path):
    with pytest.raises(DataError, match="missing"):
        service.start(config(6, dataset_path=str(tmp_path / "nowhere")))
    assert service.list() == []


def test_images_that_nothing_can_be_measured_on_end_the_run(tmp_path):
    """Not each evaluation in turn: all would fail."""

    class Unusable(InstantEvaluator):
        def submit(self, config, metrics, settings):
            future = Future()
            future.set_exception(UnusableDataError("The image 1.jpg cannot be decoded."))
            return future

    service = RunService(tmp_path, Unusable)
    history = finished(service, config(12))
    service.close()
    assert (history.state, history.message) == ("failed", "The image 1.jpg cannot be decoded.")
    assert not history.evaluations


def test_paths_become_absolute_when_the_run_is_made(service, tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    given = config(6, results_csv_path="results.csv")
    run_id = service.start(given)
    service.wait(run_id, 60)
    written = service.history(run_id).config.dynas.results_csv_path
    assert written == str(tmp_path / "here" / "results.csv")
    assert given.dynas.results_csv_path == "results.csv"
    monkeypatch.chdir(tmp_path)
    service.extend(run_id, 2)
    service.wait(run_id, 60)
    assert len(Path(written).read_text().splitlines()) == 9
    assert not (tmp_path / "results.csv").exists()


def test_a_run_that_is_resumed_while_it_pauses_says_that_it_runs(tmp_path):
    gate, submitted = threading.Event(), threading.Event()
    service = RunService(
        tmp_path, lambda s, w: InstantEvaluator(s, w, gate=gate, submitted=submitted)
    )
    run_id = service.start(config(8))

    def state():
        return service.history(run_id).summary().state

    assert submitted.wait(60)
    service.pause(run_id)
    wait_for(lambda: state() == "pausing")
    service.resume(run_id)
    wait_for(lambda: state() == "running")
    gate.set()
    service.wait(run_id, 60)
    states = [e.data["state"] for e in service.history(run_id).events if e.kind == "state"]
    assert states == ["queued", "running", "pausing", "running", "finished"]
    service.close()
