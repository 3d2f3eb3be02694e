"""The command line, without a Python of its own for each command."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from engine import __main__ as command_line
from engine import data_dir as data_folder
from engine import program


def in_process(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., str]:
    """What gives a command on `data_dir` in this process, and returns what it said."""
    monkeypatch.setattr(data_folder, "_process_folder", None)  # the command sets it
    monkeypatch.setattr(program, "_command_name", None)  # this, too

    def run(*arguments: str) -> str:
        monkeypatch.setattr(sys, "argv", ["engine", *arguments, "--data-dir", str(data_dir)])
        with pytest.raises(SystemExit) as ended:
            command_line.main()
        assert ended.value.code == 0
        return capsys.readouterr().out

    return run
