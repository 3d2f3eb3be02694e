"""Running commands, and how they are called here, for sentences that name one."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from engine.errors import DynasError

if TYPE_CHECKING:
    import typer

INSTALLED = "dynas-studio"
"""The command that `pip install` installs."""
FROM_CHECKOUT = "python -m engine"
"""The same commands in a checkout that is not installed."""

NOTHING_WRITTEN = "Cancelled: nothing was written."
_INTERRUPTED = 130  # the exit status of a program that Ctrl-C has ended

_command_name: str | None = None


class StoppedError(Exception):
    """The program ends with `status`; what a user has to know of it has been told."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def set_command_name(name: str) -> None:
    """Set the command that started this process, such as `dynas-studio`."""
    global _command_name
    _command_name = name


def run(
    commands: "typer.Typer", command_name: str, called: str = "", error_status: int = 1
) -> None:
    """Run one of `commands` with the arguments of this process, started as `command_name`.

    An error that a user can act on is one sentence, with `error_status` as exit status; one in the
    command line, too, with exit status 2. Ctrl-C is a word and exit status 130. `called` is the
    name in the usage, if another.
    """
    with cancellable(NOTHING_WRITTEN):
        import_module("engine.usage_errors")  # which _status needs, with Typer
    with cancellable("Cancelled."):
        status = _status(commands, command_name, called, error_status)
        if status == _INTERRUPTED:  # so Typer returns a KeyboardInterrupt of a command
            raise KeyboardInterrupt
    sys.exit(status or 0)


@contextmanager
def cancellable(sentence: str) -> Iterator[None]:
    """Print `sentence` and exit if Ctrl-C, or a signal like it, ends the block.

    The exit status is 128 and the number of the signal.
    """
    try:
        yield
    except KeyboardInterrupt as interrupt:
        sys.stderr.write(f"{sentence}\n")
        sys.exit(128 + getattr(interrupt, "number", signal.SIGINT))
    except StoppedError as stopped:
        sys.exit(stopped.status)


def _status(
    commands: "typer.Typer", command_name: str, called: str, error_status: int
) -> int | None:
    import typer

    from engine.compat.typer import CommandLineError, is_help, message
    from engine.usage_errors import usage_sentence

    set_command_name(command_name)
    try:
        status: int | None = commands(prog_name=called or command_name, standalone_mode=False)
    except DynasError as error:
        _exit(str(error), error_status)
    except typer.Abort:
        _exit("Aborted.", 1)
    except CommandLineError as error:
        if is_help(error):  # of a command without arguments that needs some
            _exit(message(error), 2)
        _exit(usage_sentence(error), 2)
    return status


def run_function(
    function: Callable[..., None], command_name: str, called: str, error_status: int = 1
) -> None:
    """Run the only command of a program, as `run` does; its parameters are the arguments."""
    import typer

    commands = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    commands.command()(function)
    run(commands, command_name, called, error_status)


def _exit(text: str, status: int) -> NoReturn:
    import typer

    # Arguments may contain bytes that are not valid text and that a terminal cannot show.
    typer.echo(text.encode(errors="backslashreplace").decode(), err=True)
    sys.exit(status)


def name() -> str:
    """The prefix of commands in messages: `dynas-studio` or `python -m engine`.

    In a script or a notebook it is the installed command, if there is one beside its Python.
    """
    return _command_name or (INSTALLED if _installed() else FROM_CHECKOUT)


def _installed() -> bool:
    beside = Path(sys.executable).parent
    return any((beside / f"{INSTALLED}{ending}").is_file() for ending in ("", ".exe"))
