"""Trainings of a machine take turns: how many run at a time, and for which one another waits."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path

from engine import data_dir
from engine.errors import ConfigError, DynasError
from engine.host_lock import HostLock, host_lock
from engine.quoting import quoted
from engine.training.elastic.process import requested
from engine.training.elastic.request import TrainingRequest
from engine.training.elastic.training_state import STATE, TRAINING, TrainingFolder, Wish

VARIABLE = "DYNAS_TRAININGS"
"""The environment variable with the number of trainings that may run at a time; 1 without it."""

_POLL_SECONDS = 0.5
_UNKNOWN = "another training of this machine"


@contextmanager
def turn(folder: Path, wish: Callable[[], Wish], on_wait: Callable[[str], None]) -> Iterator[Wish]:
    """Wait until fewer trainings run on this machine than may; yield `go on` when it is so.

    Yields what users wish otherwise meanwhile, without the turn. `on_wait` is called with the
    training that this one, in `folder`, waits for, whenever that is another one, and at the end
    with an empty text. Trainings of all users and data folders take part; the operating system ends
    the turn of a process that is killed. Raises ConfigError for a wrong `DYNAS_TRAININGS`.
    """
    locks = [host_lock(f"dynas-studio-training-{n}.lock") for n in range(at_a_time())]
    told = ""
    while (held := _taken(locks)) is None:
        if (wished := wish()) != "go on":
            yield wished
            return
        if (other := running_training(folder)) != told:
            told = other
            on_wait(other)
        with suppress(TimeoutError):
            locks[0].acquire(shared=False, timeout=_POLL_SECONDS)
            held = locks[0]
            break
    try:
        if told:
            on_wait("")
        yield "go on"
    finally:
        held.release()


def at_a_time() -> int:
    """How many trainings may run at a time on this machine; raises ConfigError."""
    text = os.environ.get(VARIABLE, "1")
    if not (text.isascii() and text.isdecimal() and int(text)):
        raise ConfigError(
            f"The environment variable {VARIABLE} is the number of trainings that may run at a "
            f"time, 1 or more, not {quoted(text, 40)}."
        )
    return int(text)


def running_training(folder: Path) -> str:
    """A training that runs on this machine, but for that in `folder`, in words."""
    current = data_dir.current()
    places = chain(
        current.supernets.glob(f"*/{TRAINING}/{STATE}"),
        current.runs.glob(f"*/fine-tuned/*/{STATE}"),
    )
    for path in places:
        with suppress(DynasError):
            state = TrainingFolder(path.parent).state()
            is_other = path.parent.absolute() != folder.absolute()
            if is_other and state is not None and state.is_active and not state.waits_for:
                return _in_words(requested(path.parent))
    return _UNKNOWN


def _in_words(request: TrainingRequest | None) -> str:
    if request is None:
        return _UNKNOWN
    if request.way == "finetune":
        return f"the fine-tuning of sub-network {request.number} of the run {request.run}"
    return f"the training of '{request.name}'"


def _taken(locks: list[HostLock]) -> HostLock | None:
    """A lock of these that is held from now on; None if none is free."""
    for lock in locks:
        with suppress(TimeoutError):
            lock.acquire(shared=False, timeout=0)
            return lock
    return None
