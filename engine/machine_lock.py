"""Keeps a latency measurement alone on the machine: others wait, and it waits for others.

The lock is a file of the data folder, so it holds between runs and processes that share it. It is
freed by the system when its holder ends, however it ends.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, ReadWriteLock

from engine import data_dir

_local = threading.local()


@contextmanager
def shared() -> Iterator[None]:
    """Compute here, beside others who do too, but not while somebody times something."""
    gate, room = _locks()
    with gate:  # held by who waits to be alone, so that newcomers do not keep it waiting
        room.acquire_read()
    _local.room = room
    try:
        yield
    finally:
        _local.room = None
        room.release()


@contextmanager
def exclusive() -> Iterator[None]:
    """Wait until nobody else computes, and let nobody begin. Inside `shared`, that pauses."""
    held: ReadWriteLock | None = getattr(_local, "room", None)
    gate, room = _locks()
    if held:
        held.release()
    try:
        with gate:
            room.acquire_write()
            try:
                yield
            finally:
                room.release()
    finally:
        if held:
            held.acquire_read()


def _locks() -> tuple[FileLock, ReadWriteLock]:
    folder = data_dir.current().create()
    return (
        FileLock(folder.waiting_lock, mode=0o600, is_singleton=False),
        ReadWriteLock(folder.machine_lock, is_singleton=False),
    )
