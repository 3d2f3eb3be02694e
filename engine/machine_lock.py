"""A read-write lock of the machine: latency is measured while nothing else computes.

The lock is one of the machine: processes of all users and data folders share it, also the workers
that a cluster has there. The operating system releases it when its holder ends for any reason.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from engine.host_lock import HostLock, host_lock

_NOTICE_AFTER = 0.5  # seconds of waiting that a user is not told of
COMPUTING = "dynas-studio-machine.lock"  # held by whoever computes, shared or exclusively
_WAITING = "dynas-studio-machine.gate"  # held by whoever waits for exclusive use

_local = threading.local()


@contextmanager
def shared(on_wait: Callable[[], object] = lambda: None) -> Iterator[None]:
    """Hold the lock together with other computations, but not during a timing.

    `on_wait` is called if a timing makes this wait.
    """
    lock = host_lock(COMPUTING)
    try:
        _acquire_shared(lock, _NOTICE_AFTER)
    except TimeoutError:
        on_wait()
        _acquire_shared(lock)
    _local.shared_lock = lock
    try:
        yield
    finally:
        _local.shared_lock = None
        lock.release()


@contextmanager
def exclusive() -> Iterator[None]:
    """Hold the lock alone: wait for other computations, and block new ones.

    Inside `shared`, the shared lock is released for the duration.
    """
    shared_lock: HostLock | None = getattr(_local, "shared_lock", None)
    lock, waiting_lock = host_lock(COMPUTING), host_lock(_WAITING)
    if shared_lock:
        shared_lock.release()
    try:
        waiting_lock.acquire(shared=False)
        try:
            lock.acquire(shared=False)
            try:
                yield
            finally:
                lock.release()
        finally:
            waiting_lock.release()
    finally:
        if shared_lock:
            shared_lock.acquire(shared=True)


def _acquire_shared(lock: HostLock, timeout: float | None = None) -> None:
    """Take the lock after those that wait for exclusive use."""
    waiting_lock = host_lock(_WAITING)
    waiting_lock.acquire(shared=False, timeout=timeout)
    try:
        lock.acquire(shared=True, timeout=timeout)
    finally:
        waiting_lock.release()
