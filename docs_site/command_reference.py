"""The reference of the commands: usage, arguments and options, from the program itself."""

from collections.abc import Iterator
from typing import Any

import typer

from dynas_studio.command import commands

_PROGRAM = "dynas-studio"


def page() -> str:
    """The Markdown of the page."""
    program = typer.main.get_command(commands())
    sections = "\n".join(_sections(program, _PROGRAM))
    return (
        f"# Commands\n\nThe commands of `{_PROGRAM}`. `{_PROGRAM} COMMAND --help` prints the same. "
        "In a checkout, `make run` starts the dashboard, and `make` lists what else there is.\n\n"
        f"{sections}"
    )


def _sections(command: Any, name: str) -> Iterator[str]:
    """One section for each command, the commands of a group after one another."""
    subcommands = getattr(command, "commands", None)
    if subcommands is None:
        yield _section(command, name)
        return
    for title, subcommand in sorted(subcommands.items()):
        if not subcommand.hidden:
            yield from _sections(subcommand, f"{name} {title}")


def _section(command: Any, name: str) -> str:
    context = command.context_class(command, info_name=name)
    usage = " ".join(command.collect_usage_pieces(context))
    records = [
        record
        for parameter in command.get_params(context)
        if parameter.name != "help" and (record := parameter.get_help_record(context)) is not None
    ]
    rows = "".join(f"| `{_cell(names)}` | {_cell(text)} |\n" for names, text in records)
    table = f"| argument or option | meaning |\n|---|---|\n{rows}\n" if rows else ""
    title = name.removeprefix(f"{_PROGRAM} ")
    return f"## {title}\n\n```text\n{name} {usage}\n```\n\n{_help(command)}\n\n{table}"


def _help(command: Any) -> str:
    return (command.help or "").split("\f")[0].strip()


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", r"\|")
