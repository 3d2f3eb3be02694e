"""Pauses Python's garbage collector while many long-lived objects are created."""

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_FREEZE_THRESHOLD = 50_000  # objects created during a pause, above which they are frozen

_lock = threading.Lock()
_pause_count = 0
_was_enabled = True


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """No garbage collection starts in this block, in any thread.

    Reading a long log creates a million objects and no garbage; collections meanwhile would double
    the time. After many new objects, all are frozen, so that later collections skip them too;
    reference counting still frees them.
    """
    global _pause_count, _was_enabled
    with _lock:
        if _pause_count == 0:
            _was_enabled = gc.isenabled()
            gc.disable()
        _pause_count += 1
    try:
        yield
    finally:
        with _lock:
            _pause_count -= 1
            if _pause_count == 0 and _was_enabled:
                if gc.get_count()[0] > _FREEZE_THRESHOLD:
                    gc.freeze()
                gc.enable()
