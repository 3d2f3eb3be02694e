"""What the process of a training does: takes its folder, trains, and writes its state."""

import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from engine import regular_file
from engine.errors import DataError, DynasError
from engine.training.elastic.training_state import (
    OUTPUT,
    REQUEST,
    TrainingFolder,
    TrainingState,
)

if TYPE_CHECKING:
    from engine.training.elastic.request import TrainingRequest
    from engine.training.elastic.session import Progress

_MAX_REQUEST = 10 * regular_file.MB
_PAUSING_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def run_in_folder(folder: Path, start: str = "") -> TrainingState:
    """Do the training that `folder` holds a request for, and return how it ended.

    A signal that ends programs pauses it after its next step. Raises RunError if another process
    trains there.
    """
    training = TrainingFolder(folder)
    training.acquire()
    try:
        progress = _WrittenProgress(training, start)
        with _signals_pause(training):
            try:
                return progress.end(*_trained(folder, training, progress))
            except DynasError as error:
                return progress.end("failed", str(error))
            except Exception as error:  # noqa: BLE001 - of a user's code; the output has it
                traceback.print_exc()
                return progress.end("failed", _unexpected(error, folder))
    finally:
        training.release()


class _WrittenProgress:
    """The state of the training, written into its folder."""

    def __init__(self, training: TrainingFolder, start: str) -> None:
        self._training = training
        self._state = TrainingState(status="queued", start=start)
        training.write(self._state)

    def __call__(self, progress: "Progress") -> None:
        self._update(
            status="running",
            stage=progress.stage,
            done=progress.done,
            total=progress.total,
            loss=progress.loss,
            seconds_left=progress.seconds_left,
        )

    def say(self, sentence: str) -> None:
        """Write what is being done before the first step."""
        sys.stdout.write(f"{sentence}\n")
        sys.stdout.flush()
        self._update(sentence=sentence)

    def end(self, status: str, sentence: str) -> TrainingState:
        """Write the last state."""
        self._update(status=status, sentence=sentence, seconds_left=None)
        return self._state

    def _update(self, **fields: object) -> None:
        self._state = self._state.model_copy(update=fields)
        self._training.write(self._state)


def _trained(folder: Path, training: TrainingFolder, progress: _WrittenProgress) -> tuple[str, str]:
    from engine.training.elastic.runner import run  # imports torch, after the folder is taken

    return run(_request(folder), folder, training.wish, progress, progress.say)


def _request(folder: Path) -> "TrainingRequest":
    from pydantic import ValidationError

    from engine.training.elastic.request import TrainingRequest

    path = folder / REQUEST
    try:
        return TrainingRequest.model_validate_json(regular_file.read_text(path, _MAX_REQUEST))
    except (OSError, ValidationError) as error:
        raise DataError(f"{path} cannot be read. Start the training anew.") from error


@contextmanager
def _signals_pause(training: TrainingFolder) -> Iterator[None]:
    def pause(number: int, frame: FrameType | None) -> None:
        training.ask("pause")

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
