import os
import subprocess
import sys
from multiprocessing import spawn
from pathlib import Path
from platform import python_version

import pytest

from engine.compat.multiprocessing import hide_main_module

CHANGED = (
    f"multiprocessing of Python {python_version()} is not as "
    "engine/compat/multiprocessing.py takes it to be: "
    "see what decides now whether a process imports the main module."
)
MAIN = {"init_main_from_name", "init_main_from_path"}


def test_a_process_is_told_of_no_main_module(monkeypatch):
    # Tests that run side by side have a main module that no file holds.
    monkeypatch.setattr(sys.modules["__main__"], "__file__", __file__, raising=False)
    assert MAIN & spawn.get_preparation_data("child").keys(), CHANGED
    with hide_main_module():
        assert not MAIN & spawn.get_preparation_data("child").keys(), CHANGED
    assert MAIN & spawn.get_preparation_data("child").keys(), CHANGED


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_a_script_without_a_guard_starts_a_process_and_not_itself(tmp_path, method):
    script = tmp_path / "script.py"
    script.write_text(
        "import multiprocessing, os, sys\n"
        "from engine.compat.multiprocessing import hide_main_module\n"
        "print('main')\n"
        f"context = multiprocessing.get_context({method!r})\n"
        "context.set_forkserver_preload([])\n"
        "process = context.Process(target=os.write, args=(1, b'child\\n'))\n"
        "with hide_main_module():\n"
        "    process.start()\n"
        "process.join()\n"
    )
    ran = subprocess.run(
        [sys.executable, "-u", script], capture_output=True, text=True, timeout=60, check=False,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
    )  # fmt: skip
    assert ran.stdout.split() == ["main", "child"], f"{CHANGED} It said: {ran.stderr[-500:]}"


def test_the_main_module_is_as_before_also_after_a_failure():
    before = dict(vars(sys.modules["__main__"]))
    with pytest.raises(ZeroDivisionError), hide_main_module():
        raise ZeroDivisionError
    assert vars(sys.modules["__main__"]) == before
