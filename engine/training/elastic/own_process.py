"""What the process of a training does: takes its folder, trains, and writes its state."""

import logging
import signal
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from engine.errors import DataError, DynasError
from engine.training.elastic.process import requested
from engine.training.elastic.request import TrainingRequest
from engine.training.elastic.training_state import (
    OUTPUT,
    Status,
    TrainingFolder,
    TrainingState,
)
from engine.training.elastic.turns import turn

if TYPE_CHECKING:
    from engine.training.elastic.session import Progress

_log = logging.getLogger(__name__)
_PAUSING_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def run_in_folder(folder: Path, start: str = "") -> TrainingState:
    """Do the training that `folder` holds a request for, and return how it ended.

    A signal that ends programs pauses it after its next step. With the name of a `start`, this is a
    process of its own, which prints what it does. Raises RunError if another process trains there.
    """
    training = TrainingFolder(folder)
    training.acquire()
    try:
        report = _WrittenReport(training, start)
        with _signals_pause(training):
            try:
                return report.end(*_trained_in_turn(folder, training, report))
            except DynasError as error:
                return report.end("failed", str(error))
            except Exception as error:  # noqa: BLE001 - of a user's code; the output has it
                traceback.print_exc()
                return report.end("failed", _unexpected(error, folder))
    finally:
        training.release()


class _WrittenReport:
    """The state of the training, written into its folder."""

    def __init__(self, training: TrainingFolder, start: str) -> None:
        self._training = training
        self._state = TrainingState(status="queued", start=start)
        training.write(self._state)

    def doing(self, activity: str) -> None:
        """Write what is being done."""
        self._print(f"{activity} ...")
        self._update(sentence=activity)

    def waiting(self, other: str) -> None:
        """Write for which training this one waits; for none any more if `other` is empty."""
        sentence = f"Waiting until {other} has ended" if other else ""
        if other and not self._state.start:
            _log.warning("%s.", sentence)  # the caller waits, too
        if other:
            self._print(f"{sentence} ...")
        self._update(waits_for=other, sentence=sentence)

    def note(self, sentence: str) -> None:
        """Write a sentence for the user."""
        self._print(sentence)
        self._update(notes=(*self._state.notes, sentence))

    def progress(self, progress: "Progress") -> None:
        """Write how far it is."""
        self._update(status="running", sentence="", **asdict(progress))

    def end(self, status: Status, sentence: str) -> TrainingState:
        """Write the last state."""
        self._print(sentence)
        self._update(status=status, sentence=sentence, seconds_left=None, waits_for="")
        return self._state

    def _print(self, sentence: str) -> None:
        if self._state.start:
            sys.stdout.write(f"{sentence}\n")
            sys.stdout.flush()

    def _update(self, **fields: object) -> None:
        self._state = self._state.model_copy(update=fields)
        self._training.write(self._state)


def _trained_in_turn(
    folder: Path, training: TrainingFolder, report: _WrittenReport
) -> tuple[Status, str]:
    request = requested(folder)
    if request is None:
        raise DataError(f"There is no request for a training in {folder}. Start one first.")
    if not request.waits:
        return _trained(request, folder, training, report)
    with turn(folder, training.wish, report.waiting) as wish:
        if wish != "go on":
            ended: Status = "paused" if wish == "pause" else "stopped"
            return ended, "It waited for another training, and did nothing yet. Resume it to go on."
        return _trained(request, folder, training, report)


def _trained(
    request: TrainingRequest, folder: Path, training: TrainingFolder, report: _WrittenReport
) -> tuple[Status, str]:
    from engine.training.elastic.runner import run  # imports torch, after the folder is taken

    return run(request, folder, training.wish, report)


@contextmanager
def _signals_pause(training: TrainingFolder) -> Iterator[None]:
    def pause(number: int, frame: FrameType | None) -> None:
        training.ask("pause")

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = [signal.signal(number, pause) for number in _PAUSING_SIGNALS]
    try:
        yield
    finally:
        for number, handler in zip(_PAUSING_SIGNALS, before, strict=True):
            signal.signal(number, handler)


def _unexpected(error: Exception, folder: Path) -> str:
    return (
        f"The training failed: {type(error).__name__}: {error}. {folder / OUTPUT} tells where. "
        "Resume it to try again."
    )
