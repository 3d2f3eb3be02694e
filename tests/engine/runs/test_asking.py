"""A run is paused, resumed, extended and stopped from a process that does not drive it."""

import subprocess
import sys
import time

import pytest

from engine.config import NASConfig
from engine.errors import RunError
from engine.log.evaluation_log import DiskLog
from engine.runs.service import RunService
from tests.command import in_process
from tests.engine.runs.driver import BUDGET
from tests.engine.runs.fakes import InstantEvaluator

PATIENCE = 150  # seconds: a search of the command line loads torch and weights first


def until(service, run, reached):
    end = time.monotonic() + PATIENCE
    while not reached(history := service.history(run)):
        assert time.monotonic() < end, f"the run stays {history.state}"
        time.sleep(0.05)
    return history


def in_state(state):
    return lambda history: history.state == state


@pytest.fixture
def service(tmp_path):
    service = RunService(tmp_path, InstantEvaluator)
    yield service
    service.close()


@pytest.fixture
def elsewhere(tmp_path):
    """The id of a run that another process drives, and that process."""
    command = [sys.executable, "-m", "tests.engine.runs.driver", str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    yield process.stdout.readline().strip(), process
    process.kill()
    process.communicate()


def test_a_run_of_another_process_does_what_is_asked_of_it(service, elsewhere):
    run, process = elsewhere
    until(service, run, lambda history: len(history.evaluations) > 2)
    service.pause(run)
    paused = until(service, run, in_state("paused"))
    count = len(paused.evaluations)
    time.sleep(0.5)
    assert len(service.history(run).evaluations) == count
    assert not service.history(run).is_run_by_this_process

    service.extend(run, 7)
    service.resume(run)
    until(service, run, lambda history: len(history.evaluations) > count)
    assert service.history(run).budget == BUDGET + 7

    service.stop(run)
    until(service, run, in_state("stopped"))
    assert process.wait(PATIENCE) == 0
    assert len(service.history(run).evaluations) < BUDGET


def test_a_paused_run_of_another_process_can_be_stopped(service, elsewhere):
    run, process = elsewhere
    until(service, run, in_state("running"))
    service.pause(run)
    until(service, run, in_state("paused"))
    service.stop(run)
    assert process.wait(PATIENCE) == 0
    assert service.history(run).state == "stopped"


def test_a_run_whose_process_has_died_cannot_be_asked(service, elsewhere):
    run, process = elsewhere
    until(service, run, in_state("running"))
    process.kill()
    process.wait()
    with pytest.raises(RunError, match="interrupted"):
        service.pause(run)


def test_what_was_asked_before_does_not_count_for_who_resumes(service, tmp_path):
    config = NASConfig(approach="random", dynas={"population": 4, "num_evals": 6, "workers": 1})
    log = DiskLog(tmp_path / "runs" / "old" / "log")
    log.append_event("created", {"config": config.to_dict(), "name": "old"})
    log.append_event("asked", {"wanted": "stopped"})
    log.append_event("state", {"state": "stopped", "message": ""})
    log.close()
    service.resume("old")
    service.wait("old", PATIENCE)
    assert service.history("old").state == "finished"


@pytest.fixture
def command(tmp_path, monkeypatch, capsys):
    return in_process(tmp_path, monkeypatch, capsys)


def test_a_search_of_the_command_line_is_stopped_by_another_command(service, command, tmp_path):
    path = tmp_path / "search.yaml"
    dynas = {"population": 4, "num_evals": 300, "workers": 1}
    path.write_text(NASConfig(approach="random", dynas=dynas).to_yaml())
    search = subprocess.Popen(
        [sys.executable, "-m", "engine", "search", str(path), "--quiet", "--data-dir", tmp_path],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        end = time.monotonic() + PATIENCE
        while not (listed := service.list()) or listed[0].evaluations < 1:
            assert search.poll() is None, search.stderr.read()
            assert time.monotonic() < end
            time.sleep(0.1)
        run = listed[0].id
        assert command("share", run) == "1 worker, priority 0\n"
        shared = command("share", run, "--workers", "all", "--priority", "-2")
        assert shared == "all workers, priority -2\n"
        command("pause", run)
        until(service, run, in_state("paused"))
        assert command("resume", run) == ""  # the sentence on it is for people: stderr
        until(service, run, in_state("running"))
        command("stop", run)
        out, _ = search.communicate(timeout=PATIENCE)
    finally:
        search.kill()
    assert out.startswith("evaluation,acc,")
    assert service.history(run).state == "stopped"
