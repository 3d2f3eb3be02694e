"""Ctrl-C and SIGTERM end a search of the command line cleanly, whatever hangs."""

import os
import re
import shlex
import signal
import subprocess
import sys
import time

import pytest

from engine import program
from engine.runs.interrupts import resume_command
from engine.runs.service import RunService
from tests.engine.runs.fakes import InstantEvaluator

PATIENCE = 120

COMMAND = """
import signal, sys
from functools import partial
from engine import __main__ as command_line
from engine.runs.service import RunService
from tests.engine.runs.fakes import plan_quickly
from tests.engine.runs.test_time_limits import Hanging
signal.signal(signal.SIGINT, signal.default_int_handler)
plan_quickly()
Hanging.hang = frozenset(range(int(sys.argv.pop(1)), 1000))
RunService.__init__.__defaults__ = (Hanging, lambda config: None)
command_line.main()
"""


@pytest.fixture
def command(tmp_path):
    """Start a command in a process of its own; evaluations hang from the given one on."""
    started = []

    def command(hang, *arguments):
        line = [sys.executable, "-c", COMMAND, str(hang), *arguments, "--data-dir", str(tmp_path)]
        process = subprocess.Popen(
            line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )  # fmt: skip
        started.append(process)
        return process

    yield command
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def service(tmp_path):
    service = RunService(tmp_path, InstantEvaluator)
    yield service
    service.close()


def until(process, condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert process.poll() is None, process.stderr.read()
        assert time.monotonic() < end, "the condition did not come true"
        time.sleep(0.02)


def has(service, evaluations, state):
    listed = service.list()
    return bool(listed) and (listed[0].evaluations, listed[0].state) == (evaluations, state)


SEARCH = (
    "search",
    "--quiet",
    "--set",
    "num_evals=8",
    "--set",
    "population=4",
    "--set",
    "workers=1",
)


@pytest.mark.parametrize(
    ("number", "status"),
    [(signal.SIGINT, 130), pytest.param(signal.SIGTERM, 143, marks=pytest.mark.slow)],
)
def test_a_first_signal_stops_and_a_second_one_stops_now(command, service, number, status):
    process = command(3, *SEARCH)
    until(process, lambda: has(service, 2, "running"))
    process.send_signal(number)
    until(process, lambda: has(service, 2, "stopping"))
    process.send_signal(number)
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out) == (status, "")
    run = service.list()[0]
    assert (run.state, run.evaluations) == ("stopped", 2)
    assert "Press Ctrl-C again to stop now." in err
    assert f"Run {run.id} was stopped after 2 of 8 evaluations. Go on with: python -m engine" in err
    assert "Traceback" not in err
    named = shlex.split(re.search(r"Go on with: (.*)", err).group(1))
    assert named[:4] == ["python", "-m", "engine", "resume"]
    assert named[5:] == ["--data-dir", str(service.data_dir.resolve())]
    service.resume(named[4])
    service.wait(named[4], PATIENCE)
    assert service.history(named[4]).summary().evaluations == 8


def test_the_default_folder_need_not_be_named(tmp_path, monkeypatch):
    monkeypatch.setattr(program, "_command_name", "dynas-studio")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert resume_command("r1", tmp_path / ".dynas-studio") == "dynas-studio resume r1"
    other = tmp_path / "my data"
    assert resume_command("r1", other) == f"dynas-studio resume r1 --data-dir '{other}'"
