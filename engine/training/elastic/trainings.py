"""The trainings of a data folder: found, resumed and discarded by the name of their supernet."""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from engine import data_dir
from engine.disk_errors import write_failure
from engine.errors import DataError, DynasError, RunError
from engine.supernets import registry, trained
from engine.supernets.elastic.saved import new_folder
from engine.training.elastic import process
from engine.training.elastic.request import TrainingRequest
from engine.training.elastic.training_state import REQUEST, TRAINING, TrainingState

_NOT_STARTED = TrainingState(status="interrupted", sentence="Its process has not begun.")


@dataclass(frozen=True)
class Training:
    """The training of the supernet `name`, in `folder`: what was asked for, and its state."""

    name: str
    folder: Path
    request: TrainingRequest
    state: TrainingState

    @property
    def is_complete(self) -> bool:
        """Whether its supernet can be searched."""
        return self.state.status == "finished" and trained.is_elastic(self.name)


def trainings() -> list[Training]:
    """All trainings of the data folder that can be read, the newest first."""
    return list(_found())


def _found() -> Iterator[Training]:
    requests = data_dir.current().supernets.glob(f"*/{TRAINING}/{REQUEST}")
    for path in sorted(requests, key=_date, reverse=True):
        with suppress(DynasError):
            yield training(path.parent.parent.name)


def training(name: str) -> Training:
    """The training of the supernet `name`; raises RunError if there is none, or DataError."""
    folder = trained.folder_of(name) / TRAINING
    request = process.requested(folder)
    if request is None:
        raise RunError(f"There is no training of a supernet '{name}'. It may have been discarded.")
    return Training(name, folder, request, process.state(folder) or _NOT_STARTED)


def start(request: TrainingRequest) -> Path:
    """Start a training of its own process for a new supernet; returns its folder.

    The same request goes on with a training that has not finished. Raises ConfigError for a name
    that another supernet has, and the errors of `process.start`.
    """
    taken = [name for name in registry.names() if name not in trained.names()]
    folder = new_folder(request.name, taken) / TRAINING
    process.start(folder, request)
    return folder


def discard(name: str) -> None:
    """Remove a training that has not left a supernet, with all that it has learned.

    Raises RunError if it runs or has finished, and DataError if the disk does not let go.
    """
    found = training(name)
    if found.state.is_active or (found.folder.parent / trained.ELASTIC_CARD).exists():
        raise RunError(f"The training of '{name}' runs or has finished: it is not discarded.")
    try:
        shutil.rmtree(found.folder.parent)
    except OSError as error:
        raise DataError(write_failure(error, "the training", found.folder)) from error


def _date(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:  # removed since
        return 0.0
