"""A read-write lock of the machine: latency is measured while nothing else computes.

The lock is a file in the data folder, so that all runs and processes with the same data folder
share it. The operating system releases it when its holder ends for any reason.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from filelock import FileLock, ReadWriteLock, Timeout

from engine import data_dir

_NOTICE_AFTER = 0.5  # seconds of waiting that a user is not told of
_FOREVER = -1.0

_local = threading.local()


@contextmanager
def shared(on_wait: Callable[[], object] = lambda: None) -> Iterator[None]:
    """Hold the lock together with other computations, but not during a timing.

    `on_wait` is called if a timing makes this wait.
    """
    waiting_lock, machine_lock = _locks()
    try:
        _acquire_read(waiting_lock, machine_lock, _NOTICE_AFTER)
    except Timeout:
        on_wait()
        _acquire_read(waiting_lock, machine_lock, _FOREVER)
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


def _acquire_read(waiting_lock: FileLock, machine_lock: ReadWriteLock, timeout: float) -> None:
    # Held by whoever waits for `exclusive`, so that newcomers queue behind it.
    with waiting_lock.acquire(timeout=timeout):
        machine_lock.acquire_read(timeout)


def _locks() -> tuple[FileLock, ReadWriteLock]:
    folder = data_dir.current().create()
    return (
        FileLock(folder.waiting_lock, mode=0o600, is_singleton=False),
        ReadWriteLock(folder.machine_lock, is_singleton=False),
    )
