import sys

import pytest

from dynas_studio import command
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


def interrupted():
    raise KeyboardInterrupt


def told():
    raise program.StoppedError(143)


@pytest.mark.parametrize(
    ("function", "status", "text"), [(interrupted, 130, "Cancelled.\n"), (told, 143, "")]
)
def test_ctrl_c_is_one_line_at_most_in_every_command(function, status, text, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["program"])
    with pytest.raises(SystemExit) as ending:
        program.run_function(function, "program", "program")
    assert ending.value.code == status
    assert capsys.readouterr() == ("", text)


def test_ctrl_c_while_commands_are_loaded_is_one_line(monkeypatch, capsys):
    monkeypatch.setattr(command, "commands", interrupted)
    with pytest.raises(SystemExit) as ending:
        command.main()
    assert ending.value.code == 130
    assert capsys.readouterr() == ("", "Cancelled: nothing was written.\n")
