"""Running commands, and how they are called here, for sentences that name one."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import DynasError

if TYPE_CHECKING:
    import typer

INSTALLED = "dynas-studio"
"""The command that `pip install` installs."""
FROM_CHECKOUT = "python -m engine"
"""The same commands in a checkout that is not installed."""

_command_name: str | None = None


def set_command_name(name: str) -> None:
    """Set the command that started this process, such as `dynas-studio`."""
    global _command_name
    _command_name = name


def run(commands: "typer.Typer", command_name: str) -> None:
    """Run one of `commands` with the arguments of this process, started as `command_name`.

    An error that a user can act on is one sentence, with exit status 1.
    """
    import typer

    set_command_name(command_name)
    try:
        commands(prog_name=command_name)
    except DynasError as error:
        # Arguments may contain bytes that are not valid text and that a terminal cannot show.
        typer.echo(str(error).encode(errors="backslashreplace").decode(), err=True)
        sys.exit(1)


def name() -> str:
    """The prefix of commands in messages: `dynas-studio` or `python -m engine`.

    In a script or a notebook it is the installed command, if there is one beside its Python.
    """
    return _command_name or (INSTALLED if _installed() else FROM_CHECKOUT)


def _installed() -> bool:
    beside = Path(sys.executable).parent
    return any((beside / f"{INSTALLED}{ending}").is_file() for ending in ("", ".exe"))
