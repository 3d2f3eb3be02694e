"""A read-write lock of the machine: latency is measured while nothing else computes.

The lock is a file in the data folder, so that all runs and processes with the same data folder
share it. The operating system releases it when its holder ends for any reason.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, ReadWriteLock

from engine import data_dir

_local = threading.local()


@contextmanager
def shared() -> Iterator[None]:
    """Hold the lock together with other computations, but not during a timing."""
    waiting_lock, machine_lock = _locks()
    with waiting_lock:  # held by whoever waits for `exclusive`, so that newcomers queue behind it
        machine_lock.acquire_read()
    _local.shared_lock = machine_lock
    try:
        yield
    finally:
        _local.shared_lock = None
        machine_lock.release()


@contextmanager
def exclusive() -> Iterator[None]:
    """Hold the lock alone: wait for other computations, and block new ones.

    Inside `shared`, the shared lock is released for the duration.
    """
    shared_lock: ReadWriteLock | None = getattr(_local, "shared_lock", None)
    waiting_lock, machine_lock = _locks()
    if shared_lock:
        shared_lock.release()
    try:
        with waiting_lock:
            machine_lock.acquire_write()
            try:
                yield
            finally:
                machine_lock.release()
    finally:
        if shared_lock:
            shared_lock.acquire_read()


def _locks() -> tuple[FileLock, ReadWriteLock]:
    folder = data_dir.current().create()
    return (
        FileLock(folder.waiting_lock, mode=0o600, is_singleton=False),
        ReadWriteLock(folder.machine_lock, is_singleton=False),
    )
