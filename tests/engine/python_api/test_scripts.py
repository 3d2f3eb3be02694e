"""Whole scripts: without a guard, interrupted, and ended while a run goes on."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from engine.python_api.run_list import runs
from tests.engine.runs.test_service import wait_for

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 120  # seconds
SETTINGS = '{"population": 4, "num_evals": 2000, "workers": 1}'
SETUP = f"""
from dynas_studio import NAS, NASConfig
nas = NAS(NASConfig(approach="random", dynas={SETTINGS}))
"""


@pytest.fixture
def script(tmp_path):
    """Start a script, whose evaluations take 0.1 seconds each."""
    started = []

    def start(text: str) -> subprocess.Popen[str]:
        path = tmp_path / "script.py"
        path.write_text(text)
        command = [sys.executable, "-m", "tests.engine.python_api.instant_script", str(path)]
        pipe = subprocess.PIPE
        started.append(subprocess.Popen(command, cwd=ROOT, stdout=pipe, stderr=pipe, text=True))
        return started[0]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_a_run_is_stopped_when_the_program_ends_and_can_be_resumed(script):
    process = script(
        f"{SETUP}\nrun = nas.start('mine')\nwhile len(run.evaluations) < 2: run.wait(0.05)\n"
    )
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out, err) == (0, "", "")
    (run,) = runs()
    count = len(run.evaluations)
    assert (run.state, run.name) == ("stopped", "mine")
    assert 2 <= count < 2000
    run.resume(stop_when=lambda run: True)
    run.wait()
    assert len(run.evaluations) == count + 1


def test_it_is_stopped_too_where_the_script_fails(script):
    process = script(f"{SETUP}\nnas.start()\nraise ValueError\n")
    assert "ValueError" in process.communicate(timeout=PATIENCE)[1]
    assert [run.state for run in runs()] == ["stopped"]


def test_an_interrupted_search_leaves_its_run_to_the_script(script):
    process = script(
        f"{SETUP}\ntry: nas.search()\nexcept KeyboardInterrupt:\n"
        "    print(nas.run.state, len(nas.run.front()) > 0)\n"
        "    nas.run.extend(1)\n"
    )
    wait_for(lambda: runs() and len(runs()[0].evaluations) > 1)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out) == (0, "stopped True\n")
    assert "Stopping after the running measurements. Press Ctrl-C again to stop now." in err
    assert f"resume {runs()[0].id}" in err
    assert "Traceback" not in err
    assert runs()[0].state == "stopped"


UNGUARDED = """
import sys
from dynas_studio import NAS, NASConfig

print("begins")
settings = {"population": 2, "num_evals": 2, "workers": 1, "metrics": ["peak_memory", "macs"]}
front = NAS(NASConfig(approach="random", dynas=settings)).search()
report = front.best("peak_memory").export(sys.argv[1], parts="safetensors")
print(len(front.history.evaluations), *report.files)
"""


@pytest.mark.slow
def test_a_script_without_a_guard_searches_and_exports_once(tmp_path):
    path = tmp_path / "script.py"
    path.write_text(UNGUARDED)
    command = [sys.executable, str(path), str(tmp_path / "network")]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    first, last = done.stdout.splitlines()
    assert first == "begins"
    assert last.startswith("2 ")
    assert all((tmp_path / "network" / name).exists() for name in last.split()[1:])
