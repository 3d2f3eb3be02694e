"""Trainings in processes of their own, which the process that started them need not survive."""

import os
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from engine import data_dir, regular_file
from engine.disk_errors import write_failure
from engine.errors import DataError, RunError
from engine.training.elastic.request import TrainingRequest
from engine.training.elastic.training_state import (
    ORIGINAL,
    ORIGINAL_TRAINING,
    OUTPUT,
    PLAN,
    REQUEST,
    TrainingFolder,
    TrainingState,
    Wish,
)

_MAX_REQUEST = 10 * regular_file.MB
_START_SECONDS = 60.0
_POLL_SECONDS, _FOLLOW_SECONDS = 0.02, 0.5


def start(folder: Path, request: TrainingRequest) -> None:
    """Start a training in `folder` as a process that goes on when this one ends.

    Returns when the process has taken the folder. Raises the errors of `prepare`.
    """
    prepare(folder, request)
    resume(folder)


def prepare(folder: Path, request: TrainingRequest) -> None:
    """Write a request into the folder of a new training, or of the same one.

    Raises RunError if a training runs there or has finished, and DataError if the folder holds
    another one or cannot be written.
    """
    training = TrainingFolder(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise DataError(write_failure(error, "the training", folder)) from error
    if training.is_running():
        raise RunError(f"A training in {folder} is running already. Wait until it has ended.")
    ended = training.state()
    if _failed_before_its_plan(training, ended):
        (folder / ORIGINAL).unlink(missing_ok=True)
    elif requested(folder) is not None and not is_same(folder, request):
        otherwise = (
            "or add --again, or again=True in Python, to train anew"
            if request.way == "finetune"
            else "or another name, or delete the folder to train anew"
        )
        raise DataError(
            f"{folder} holds a training with other settings. Give the same ones to go on with it, "
            f"{otherwise}."
        )
    if ended is not None and ended.status == "finished":
        raise RunError(f"The training in {folder} has finished. Delete the folder to train anew.")
    training.write_file(REQUEST, request.model_dump_json(indent=2))


def _failed_before_its_plan(training: TrainingFolder, ended: TrainingState | None) -> bool:
    """Whether nothing was trained: a wrong request, such as one of sizes that are not possible."""
    failed = ended is not None and ended.status == "failed" and ended.done == 0
    return failed and not any((training.path / name).exists() for name in (PLAN, ORIGINAL_TRAINING))


def is_same(folder: Path, request: TrainingRequest) -> bool:
    """Whether the training in a folder is the one that `request` asks for."""
    before = requested(folder)
    return before is not None and before.identity == request.identity


def requested(folder: Path) -> TrainingRequest | None:
    """What was asked of the training in a folder; None if nothing was. Raises DataError."""
    path = folder / REQUEST
    try:
        return TrainingRequest.model_validate_json(regular_file.read_text(path, _MAX_REQUEST))
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        raise DataError(f"{path} cannot be read. Delete {folder} and train anew.") from error


def resume(folder: Path) -> None:
    """Start the training that was started in `folder` before; it goes on where it was.

    Raises RunError if it runs, or if there is none.
    """
    training = TrainingFolder(folder)
    if not (folder / REQUEST).exists():
        raise RunError(f"There is no training in {folder}. Start one first.")
    if training.is_running():
        raise RunError(f"The training in {folder} is running already.")
    training.ask("go on")
    start_name = secrets.token_hex(8)
    with (folder / OUTPUT).open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "engine.training.elastic", str(folder.absolute()), start_name],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            env=_environment(),
        )
    threading.Thread(target=process.wait, daemon=True).start()  # leaves no zombie
    deadline = time.monotonic() + _START_SECONDS
    while not _has_begun(training, start_name):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RunError(
                f"The training in {folder} did not start. The end of {OUTPUT} there may say why."
            )
        time.sleep(_POLL_SECONDS)


def state(folder: Path) -> TrainingState | None:
    """The state of the training in a folder; None if there is none."""
    return TrainingFolder(folder).state()


def states(folder: Path) -> Iterator[TrainingState]:
    """The states of the training in a folder, each when it has changed, until it has ended."""
    last = None
    while True:
        current = state(folder)
        if current is not None and current != last:
            yield current
            last = current
        if current is None or not current.is_active:
            return
        time.sleep(_FOLLOW_SECONDS)


def ask(folder: Path, wish: Wish) -> None:
    """Pause or stop a training after its next step; raises RunError if none runs.

    Both leave a checkpoint, from which `resume` goes on.
    """
    training = TrainingFolder(folder)
    if not training.is_running():
        raise RunError(f"No training runs in {folder}, so there is none to {wish}.")
    training.ask(wish)


def _has_begun(training: TrainingFolder, start_name: str) -> bool:
    state = training.state()
    return state is not None and state.start == start_name


def _environment() -> dict[str, str]:
    """That of this process, with its data folder and its places of modules."""
    places = [place for place in sys.path if place]
    return os.environ | {
        data_dir.VARIABLE: str(data_dir.current().path),
        "PYTHONPATH": os.pathsep.join(dict.fromkeys(places)),
    }
