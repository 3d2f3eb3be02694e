"""Running commands, and how they are called here, for sentences that name one."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import DynasError

if TYPE_CHECKING:
    import typer

INSTALLED = "dynas-studio"
"""The command that `pip install` puts beside Python."""
FROM_CHECKOUT = "python -m engine"
"""The same commands where nothing is installed."""

_given: str | None = None


def use(name: str) -> None:
    """Say how this process was started, such as `dynas-studio`."""
    global _given
    _given = name


def run(commands: "typer.Typer", called: str) -> None:
    """Run what the arguments of this process give of `commands`, which was started as `called`.

    What a user can mend is one sentence and exit status 1.
    """
    import typer

    use(called)
    try:
        commands(prog_name=called)
    except DynasError as error:
        # What was typed may hold bytes that are no text, which a terminal cannot show as they are.
        typer.echo(str(error).encode(errors="backslashreplace").decode(), err=True)
        sys.exit(1)


def name() -> str:
    """What stands before a command here: `dynas-studio` or `python -m engine`.

    A script or a notebook was started in neither way: it gets the installed command where that
    is beside its Python.
    """
    return _given or (INSTALLED if _installed() else FROM_CHECKOUT)


def _installed() -> bool:
    beside = Path(sys.executable).parent
    return any((beside / f"{INSTALLED}{ending}").is_file() for ending in ("", ".exe"))
