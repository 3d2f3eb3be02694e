"""What a script offers reaches another process by value, or is refused with the reason."""

import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from engine import script_objects
from engine.errors import ConfigError, EvaluationError, RunError

_OF_A_SCRIPT = """
import sys
from engine import script_objects

FACTOR = 3

def scaled(value):
    return FACTOR * value

def offset(amount):
    return lambda value: scaled(value) + amount

script_objects.offer("function", "f", offset(4))
sys.stdout.buffer.write(script_objects.to_bytes())
"""


def test_a_function_of_a_script_runs_in_a_process_that_does_not_know_the_script():
    content = subprocess.run(
        [sys.executable, "-c", _OF_A_SCRIPT], capture_output=True, check=True
    ).stdout
    script_objects.receive(content)
    assert script_objects.offered("function")["f"](10) == 34


_OF_A_MODULE = """
import sys
from engine import script_objects
from my_metrics import scaled

script_objects.offer("function", "f", lambda value: scaled(value) + 4)
sys.stdout.buffer.write(script_objects.{method}())
"""


def test_a_function_of_a_module_beside_the_script_reaches_another_machine(tmp_path, monkeypatch):
    (tmp_path / "my_metrics.py").write_text("F = 3\n\ndef scaled(value):\n    return F * value\n")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), str(Path.cwd())]))

    def sent(method):
        command = [sys.executable, "-c", _OF_A_MODULE.format(method=method)]
        return subprocess.run(command, capture_output=True, check=True).stdout

    script_objects.receive(sent("to_portable_bytes"))
    assert script_objects.offered("function")["f"](10) == 34
    named = "'f' of the script cannot .* No module named 'my_metrics'. Define all .* imported on "
    with pytest.raises(EvaluationError, match=named):
        script_objects.receive(sent("to_bytes"))


def test_what_changes_after_it_was_offered_is_sent_as_it_was():
    numbers = [1]
    script_objects.offer("function", "f", lambda: sum(numbers))
    numbers.append(2)
    script_objects.receive(script_objects.to_bytes())
    assert script_objects.offered("function")["f"]() == 1


def _uses_lock():
    lock = threading.Lock()
    return lambda network: lock


def _uses_it_in_another_function():
    inner = _uses_lock()
    return lambda network: inner(network)


def _uses_it_as_a_default():
    return lambda network, lock=threading.Lock(): lock  # noqa: B008 - the fault that is tested


class _Holder:
    def __init__(self):
        self.lock = threading.Lock()

    def __call__(self, network):
        return 1.0


@pytest.mark.parametrize(
    ("function", "variable"),
    [
        (_uses_lock(), "'lock' of type lock"),
        (_uses_it_in_another_function(), "'lock' of type lock"),
        (_uses_it_as_a_default(), "'default 1' of type lock"),
        (_Holder(), "'lock' of type lock"),
        (_Holder().__call__, "'lock' of type lock"),
    ],
)
def test_a_variable_that_cannot_be_sent_is_named(function, variable):
    with pytest.raises(ConfigError, match=f"'f1' cannot be sent .* because {variable} cannot be "):
        script_objects.offer("function", "f1", function)
    assert not script_objects.offered("function")


def test_a_file_that_is_open_for_writing_is_named():
    with tempfile.TemporaryFile() as file, pytest.raises(ConfigError, match="because 'file'"):
        script_objects.offer("function", "f1", lambda network: file)


def test_what_cannot_be_loaded_says_so():
    with pytest.raises(EvaluationError, match=r"'f' of the script cannot be loaded .*Error: "):
        script_objects.from_content(b"no pickle", "'f'")


def test_a_run_that_goes_on_keeps_its_function():
    script_objects.offer("function", "f", abs, identity="a")
    with script_objects.held(["f"]):
        script_objects.offer("function", "f", len, identity="a")
        with pytest.raises(RunError, match="measures 'f' by another function"):
            script_objects.offer("function", "f", len, identity="b")
        assert script_objects.offered("function")["f"] is abs
    script_objects.offer("function", "f", len, identity="b")
    assert script_objects.offered("function")["f"] is len


def test_what_is_withdrawn_is_offered_no_longer():
    script_objects.offer("function", "f", abs)
    script_objects.withdraw("function", "f")
    script_objects.withdraw("function", "f")
    assert script_objects.offered("function") == {}
