"""The state of a training in a folder, which any process reads and the training's own writes."""

import time
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict, ValidationError

from engine import regular_file
from engine.disk_errors import write_failure
from engine.errors import DataError, RunError
from engine.lock_files import LOOKING_SECONDS, is_held_elsewhere

TRAINING = "training"
"""The folder of a supernet's training, in that of the supernet."""
STATE, REQUEST, PLAN, OUTPUT = "state.json", "request.json", "plan.json", "output.log"
CHECKPOINT, RESULTS = "checkpoint.pt", "stage-*.pt"
"""The checkpoint, and the weights that stages have left."""
ORIGINAL = "original.pt"
"""The weights of the original network, in the folder of the training."""
ORIGINAL_TRAINING = "original"
"""The folder of the training of an untrained network, in that of the supernet's."""
WISH, _LOCK = "wish", "training.lock"
_MAX_BYTES = 10 * regular_file.MB
_WRITE_SECONDS = 1.0  # between two states of a training that goes on

Status = Literal["queued", "running", "paused", "stopped", "finished", "failed", "interrupted"]
Wish = Literal["go on", "pause", "stop"]


class TrainingState(BaseModel):
    """How far a training is: `done` of `total` steps, and the seconds that the rest will take.

    `status` is `interrupted` if its process was killed: it can be resumed, as a paused, stopped or
    failed one. `sentence` says what is being done, what went wrong, or what the training brought;
    `notes` are what it decided. `waits_for` says which training of this machine it waits for; empty
    if it waits for none. `start` tells the processes apart that were started in the folder one
    after another.
    """

    model_config = ConfigDict(frozen=True)

    status: Status
    stage: str = ""
    done: int = 0
    total: int = 0
    loss: float | None = None
    seconds_left: float | None = None
    sentence: str = ""
    notes: tuple[str, ...] = ()
    waits_for: str = ""
    start: str = ""

    @property
    def is_active(self) -> bool:
        """Whether its process works."""
        return self.status in ("queued", "running")

    @property
    def is_unfinished(self) -> bool:
        """Whether it goes on, or waits for somebody to resume it."""
        return self.is_active or self.status in ("paused", "interrupted")


class TrainingFolder:
    """The folder of a training, with its state and what users wish of it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = FileLock(path / _LOCK, timeout=0, mode=0o600, thread_local=False)
        self._written = -_WRITE_SECONDS

    def state(self) -> TrainingState | None:
        """The state now; None if no training was started here. Raises DataError if damaged."""
        path = self.path / STATE
        try:
            state = TrainingState.model_validate_json(regular_file.read_text(path, _MAX_BYTES))
        except FileNotFoundError:
            return None
        except (OSError, ValidationError) as error:
            raise DataError(
                f"The state of the training {path} cannot be read. Delete it, and start the "
                "training again: it goes on where it was."
            ) from error
        if state.is_active and not self.is_running():
            return state.model_copy(update={"status": "interrupted"})
        return state

    def write(self, state: TrainingState) -> None:
        """Write the state; that of a step, which has no sentence, at most once a second."""
        is_step = state.status == "running" and not state.sentence
        if is_step and time.monotonic() - self._written < _WRITE_SECONDS:
            return
        self._written = time.monotonic() if is_step else -_WRITE_SECONDS
        self.write_file(STATE, state.model_dump_json())

    def write_file(self, name: str, text: str) -> None:
        """Write a file whole or not at all; raises DataError."""
        part = self.path / f"{name}.part"
        try:
            part.write_text(text)
            part.replace(self.path / name)
        except OSError as error:
            raise DataError(write_failure(error, name, self.path)) from error

    def acquire(self) -> None:
        """Become the only process that trains here; raises RunError if there is another."""
        try:
            self._lock.acquire(timeout=LOOKING_SECONDS)
        except Timeout:
            raise RunError(
                f"A training in {self.path} is running already. Wait until it has ended, or pause "
                "it."
            ) from None
        except OSError as error:
            raise DataError(write_failure(error, _LOCK, self.path)) from error

    def release(self) -> None:
        """Let another process train here."""
        self._lock.release()

    def is_running(self) -> bool:
        """Whether a process trains here, this one or another; creates no file."""
        return self._lock.is_locked or is_held_elsewhere(self._lock)

    def wish(self) -> Wish:
        """What users wish of the training."""
        try:
            text = regular_file.read_text(self.path / WISH, _MAX_BYTES)
        except OSError:
            return "go on"
        return "pause" if text == "pause" else "stop" if text == "stop" else "go on"

    def ask(self, wish: Wish) -> None:
        """Wish something of the training, which its process sees after the next step."""
        if wish == "go on":
            (self.path / WISH).unlink(missing_ok=True)
        else:
            self.write_file(WISH, wish)
