import sys

import pytest

from engine import program


@pytest.fixture(autouse=True)
def python(tmp_path, monkeypatch):
    """A script or a notebook: nothing has said how the program was started."""
    monkeypatch.setattr(program, "_command_name", None)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    return tmp_path


def test_a_script_is_told_the_installed_command_where_there_is_one(python):
    assert program.name() == "python -m engine"
    (python / "dynas-studio").touch()
    assert program.name() == "dynas-studio"


def test_what_was_given_stands_above_what_is_installed(python):
    (python / "dynas-studio").touch()
    program.set_command_name("python -m engine")
    assert program.name() == "python -m engine"
