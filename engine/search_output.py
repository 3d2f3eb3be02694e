"""What commands that search print, and how they end when a signal stops them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from engine import program

if TYPE_CHECKING:
    from engine.python_api.front import Front


@contextmanager
def stopped_by_signals() -> Iterator[None]:
    """End with the status of the signal that stopped a run, which has been told of by then."""
    try:
        yield
    except KeyboardInterrupt as interrupt:
        if status := getattr(interrupt, "status", 0):
            raise program.StoppedError(status) from None
        raise


def print_front(front: "Front", table: str) -> None:
    """The front as CSV on stdout; run, reason of the end and remarks on stderr."""
    for sentence in filter(None, (f"run {front.run_id}", front.ending, *front.remarks)):
        typer.echo(sentence, err=True)
    if disturbed := sum(e.disturbed for e in front):
        warning = f"{disturbed} of these latencies were timed beside other programs: see `csv`."
        typer.echo(warning, err=True)
    typer.echo(table, nl=False)
