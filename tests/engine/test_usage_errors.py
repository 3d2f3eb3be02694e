"""A wrong command line is answered with one sentence in our own words."""

import sys
from enum import StrEnum
from typing import Annotated

import pytest
import typer

from engine import program

LIBRARY_WORDS = ("Invalid value", "Usage:", "No such", "Missing", "Got unexpected", "Error", "Try")


class Format(StrEnum):
    JSON = "json"
    CSV = "csv"


def export(
    run: str,
    number: int,
    file: Annotated[str | None, typer.Argument()] = None,
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8501,
    share: float = 0.5,
    output_format: Annotated[Format, typer.Option("--format")] = Format.JSON,
    epochs: tuple[int, int] = (1, 2),
    now: Annotated[bool, typer.Option("--now")] = False,
    names: Annotated[list[str] | None, typer.Option("--name")] = None,
) -> None:
    """Take nothing but right arguments."""


def runs(code: int = 0) -> None:
    """End with a status."""
    raise typer.Exit(code)


@pytest.fixture
def command(monkeypatch, capsys):
    commands = typer.Typer(add_completion=False, no_args_is_help=True)
    commands.command()(export)
    commands.command()(runs)
    monkeypatch.setattr(program, "_command_name", None)

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["studio", *arguments])
        with pytest.raises(SystemExit) as ended:
            program.run(commands, "studio")
        written = capsys.readouterr()
        return ended.value.code, written.out, written.err

    return run


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["export", "a"], "NUMBER is missing. Call it as: studio export RUN NUMBER [FILE] "),
        (["export", "a", "abc"], "NUMBER must be a whole number, not 'abc'."),
        (["export", "a", "1", "f", "s"], "The command takes no argument 's'. Call it as: studio"),
        (["export", "a", "1", "--share", "much"], "--share must be a number, not 'much'."),
        (["export", "a", "1", "--port", "x y"], "--port must be a whole number, not 'x y'."),
        (["export", "a", "1", "--format", "xml"], "--format must be one of 'json', 'csv', not "),
        (["export", "a", "1", "--epochs", "1", "x"], "--epochs must be a whole number, not 'x'."),
        (["export", "a", "1", "--epochs", "1"], "--epochs needs 2 values. Write them behind it"),
        (["export", "a", "1", "--port"], "--port needs a value. Write it behind --port."),
        (["export", "a", "1", "--now=3"], "--now takes no value. Write --now alone."),
        (["export", "--prt", "1"], "studio export has no option '--prt'. Did you mean --port? "),
        (["export", "-q"], "studio export has no option '-q'. studio export --help lists "),
        (["exprt"], "There is no command 'exprt'. Choose from: export, runs. Did you mean export?"),
        (["zzz"], "There is no command 'zzz'. Choose from: export, runs."),
        (["--zzz"], "studio has no option '--zzz'. studio --help lists the options."),
        (["export", "\udcff\x1b[31m", "\udcff"], "NUMBER must be "),
    ],
)
def test_a_wrong_command_line_is_one_sentence_in_our_words(command, arguments, sentence):
    status, out, err = command(*arguments)
    assert (status, out) == (2, "")
    assert err.startswith(sentence)
    assert len(err.splitlines()) == 1
    assert not any(words in err for words in LIBRARY_WORDS)


@pytest.mark.parametrize("port", ["0", "65536", "99999999999999999999"])
def test_a_number_out_of_its_range_is_told_with_the_bound(command, port):
    status, _, err = command("export", "a", "1", "--port", port)
    assert status == 2
    assert err.startswith("--port must be ")
    assert ("65535" if len(port) > 1 else "1") in err
    assert err.endswith(f", not '{port}'.\n")


def test_help_and_statuses_are_those_of_the_commands(command):
    assert command("runs", "--code", "7")[0] == 7
    assert command("export", "a", "1") == (0, "", "")
    status, out, _ = command("export", "--help")
    assert status == 0
    assert "--port" in out
    status, out, err = command()
    assert status == 2
    assert "export" in out + err


def test_a_program_of_one_command_answers_in_the_same_way(monkeypatch, capsys):
    monkeypatch.setattr(program, "_command_name", None)
    monkeypatch.setattr(sys, "argv", ["x", "--code", "y"])
    with pytest.raises(SystemExit) as ended:
        program.run_function(runs, "studio", "python -m studio.runs")
    assert ended.value.code == 2
    assert capsys.readouterr().err == "--code must be a whole number, not 'y'.\n"
