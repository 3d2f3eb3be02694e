"""Equal digests mean equal code and variables, also in another process."""

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.code_digest import code_digest, loaded_code_digest

_SCRIPT = """
import numpy as np
import torch
from engine.code_digest import code_digest

data = torch.arange({last}.0)
weights = np.ones({length})

def norm(values):
    return abs(values) ** {power}

def function(network, scale={scale}):
    return float(np.mean(weights)) * scale * norm(data.sum())

print(code_digest(function))
"""
_USUAL = {"last": 5, "length": 3, "power": 2, "scale": 1.0}
_CHANGES = [{"last": 6}, {"length": 4}, {"power": 3}, {"scale": 2.0}]


def output_of_a_script(folder, text):
    path = folder / "script.py"
    path.write_text(text)
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    command = [sys.executable, path]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=True
    ).stdout.strip()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("script")


@pytest.fixture(scope="module")
def digests(folder):
    """The digests of the usual function and of each change of it, from one process."""
    scripts = [_SCRIPT.format(**_USUAL | change) for change in [{}, *_CHANGES]]
    program = f"for script in {scripts!r}:\n    exec(script)\n"
    return output_of_a_script(folder, program).split()


def test_it_is_the_same_in_another_process_and_on_another_line(digests, folder):
    assert len(digests[0]) == 64
    script = f"# a comment\n\n{_SCRIPT.format(**_USUAL)}"
    assert output_of_a_script(folder, script) == digests[0]


@pytest.mark.parametrize("change", range(len(_CHANGES)), ids=map(str, _CHANGES))
def test_it_changes_with_code_defaults_and_variables_of_any_kind(digests, change):
    assert digests[1 + change] != digests[0]


def test_the_place_of_the_script_counts_only_if_the_function_reads_it(tmp_path):
    plain = "def function(network):\n    return 1.0\n"
    reading = "def function(network):\n    return float(len(__file__))\n"
    end = "from engine.code_digest import code_digest\nprint(code_digest(function))\n"
    folders = [tmp_path / "a", tmp_path / "other"]
    for folder in folders:
        folder.mkdir()
    same, others = (
        {output_of_a_script(folder, text + end) for folder in folders} for text in (plain, reading)
    )
    assert (len(same), len(others)) == (1, 2)


def test_it_is_unknown_if_a_module_beside_the_script_is_used(tmp_path):
    (tmp_path / "beside.py").write_text("def norm(values):\n    return 1.0\n")
    output = output_of_a_script(
        tmp_path,
        "import beside\nfrom beside import norm\nfrom engine.code_digest import code_digest\n"
        "def by_module(network):\n    return beside.norm(network)\n"
        "def by_name(network):\n    return norm(network)\n"
        "print(code_digest(by_module), code_digest(by_name), code_digest(norm))\n",
    )
    assert output.split() == ["None"] * 3


def test_it_distinguishes_closures():
    def times(factor):
        return lambda network: factor

    assert code_digest(times(2)) == code_digest(times(2))
    assert code_digest(times(2)) != code_digest(times(3))


def test_what_cannot_be_pickled_has_none():
    generator = (n for n in range(3))
    assert code_digest(lambda network: next(generator)) is None


def test_a_module_beside_the_script_counts_by_its_file_while_it_is_loaded(tmp_path, monkeypatch):
    path = tmp_path / "beside_the_script.py"
    path.write_text("def norm(values):\n    return 1.0\n")
    monkeypatch.syspath_prepend(tmp_path)
    norm = importlib.import_module(path.stem).norm
    monkeypatch.setitem(sys.modules, path.stem, sys.modules[path.stem])  # forgotten afterwards
    digest = loaded_code_digest(norm)
    assert digest is not None
    assert loaded_code_digest(norm) == digest != loaded_code_digest(lambda network: norm(network))
    path.write_text("def norm(values):\n    return 2.0\n")
    assert loaded_code_digest(norm) != digest
    path.unlink()
    assert loaded_code_digest(norm) is None
