"""What commands that search print, and how they end when a signal stops them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from engine import program

if TYPE_CHECKING:
    from engine.evaluation.record import Evaluation
    from engine.python_api.front import Front
    from engine.runs.service import RunService


@contextmanager
def stopped_by_signals() -> Iterator[None]:
    """End with the status of the signal that stopped a run, which has been told of by then."""
    try:
        yield
    except KeyboardInterrupt as interrupt:
        if status := getattr(interrupt, "status", 0):
            raise program.StoppedError(status) from None
        raise


def resumed_here(
    service: "RunService", run_id: str, retry_failed: bool = False, *, progress: bool = True
) -> bool:
    """Resume a run and follow it to its end, as `search` does; False if another process drives it.

    Raises as `RunService.resume`, and Interrupted if a signal has stopped the run.
    """
    from engine.python_api.progress import shown_progress
    from engine.runs.interrupts import wait_or_stop

    show: list[Callable[[int], object]] = [lambda count: None]

    def tell(evaluation: "Evaluation") -> str:
        show[0](evaluation.number)
        return ""

    service.resume(run_id, retry_failed, tell)
    history = service.history(run_id)
    if not history.is_run_by_this_process:
        return False
    unit = history.summary().unit
    with shown_progress(
        progress,
        history.free_count,
        history.planned,
        lambda: history.spent,
        lambda: service.durations.remaining(history),
        unit,
    ) as display:
        show[0] = lambda number: display.update(max(number, history.spent))
        wait_or_stop(service, run_id, display.say)
    return True


def print_front(front: "Front", table: str) -> None:
    """The front as CSV on stdout; run, reason of the end and remarks on stderr."""
    for sentence in filter(None, (f"run {front.run_id}", front.ending, *front.remarks)):
        typer.echo(sentence, err=True)
    if disturbed := sum(e.disturbed for e in front):
        warning = f"{disturbed} of these latencies were timed beside other programs: see `csv`."
        typer.echo(warning, err=True)
    typer.echo(table, nl=False)
