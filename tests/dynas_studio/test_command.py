"""`dynas-studio` has the dashboard and every command, and calls itself by its name."""

import subprocess
import sys
from pathlib import Path

import pytest
import typer

import dynas_studio
from app import __main__ as dashboard
from dynas_studio import command
from engine import __main__ as engine_commands
from engine import program

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments: str, module: str = "dynas_studio") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def test_the_version_alone_is_printed():
    done = run("--version")
    assert (done.returncode, done.stdout) == (0, f"dynas-studio {dynas_studio.__version__}\n")


def test_without_arguments_it_lists_every_command():
    done = run()
    listed = typer.main.get_command(command.commands()).commands
    engine = typer.main.get_command(engine_commands.app).commands
    assert listed.keys() == {"dashboard", *engine}
    assert all(name in done.stdout + done.stderr for name in listed)


def test_the_dashboard_has_the_options_of_its_module():
    listed = typer.main.get_command(command.commands()).commands
    alone = typer.Typer(add_completion=False)
    alone.command()(dashboard.main)
    own = {option.name for option in typer.main.get_command(alone).params}
    assert {option.name for option in listed["dashboard"].params} == own >= {"port", "token"}


def test_what_a_user_can_mend_is_a_sentence(tmp_path):
    (tmp_path / "runs").mkdir()
    done = run("csv", "nothing", "--data-dir", str(tmp_path))
    assert done.returncode == 1
    assert done.stderr == "There is no run 'nothing'. It may have been deleted.\n"


@pytest.mark.parametrize("module", ["dynas_studio", "engine"])
def test_usage_names_the_way_it_was_called(module):
    assert f"Usage: python -m {module} csv" in run("csv", "--help", module=module).stdout


def test_it_is_called_by_the_name_of_the_installed_command(monkeypatch, capsys):
    monkeypatch.setattr(program, "_command_name", None)
    monkeypatch.setattr(sys, "argv", ["/usr/bin/dynas-studio", "runs", "--help"])
    with pytest.raises(SystemExit):
        command.main()
    assert "Usage: dynas-studio runs" in capsys.readouterr().out
    assert program.name() == "dynas-studio"
