"""Following a training in a process of its own on the terminal."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from engine import program
from engine.errors import DataError

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from engine.training.elastic.training_state import TrainingState


def follow(folder: Path) -> None:
    """Draw the progress of the training in `folder` until it has ended; then print how.

    Ctrl-C and SIGTERM pause it. Raises DataError if it has failed.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Remaining

    from engine.runs.interrupts import sigterm_as_interrupt
    from engine.training.elastic import process

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Remaining())
    ended: TrainingState | None = None
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Starting", total=None)
        with sigterm_as_interrupt():
            try:
                ended = _shown(folder, bar, task)
            except KeyboardInterrupt:
                bar.update(task, description="Pausing after the running step")
                process.ask(folder, "pause")
                ended = _shown(folder, bar, task)
    if ended is None:
        return
    if ended.status == "failed":
        raise DataError(ended.sentence)
    typer.echo(ended.sentence)
    if ended.status != "finished":
        typer.echo(f"{ended.status.capitalize()}. Run the same command again to go on.", err=True)
        raise program.StoppedError(1)


def _shown(folder: Path, bar: "Progress", task: "TaskID") -> "TrainingState | None":
    """Show each state of a training, and its notes as they come; returns the last one."""
    from engine.training.elastic import process

    notes: tuple[str, ...] = ()
    last = None
    for last in process.states(folder):
        for note in last.notes[len(notes) :]:
            bar.console.print(note, markup=False, highlight=False)
        notes = last.notes
        if last.status == "running":
            what = f"{last.stage}, loss {last.loss:.3f}"
            bar.update(task, description=what, completed=last.done, total=last.total)
        else:
            bar.update(task, description=last.sentence or "Starting")
    return last
