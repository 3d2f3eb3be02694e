"""Pausing Python's garbage collector while many objects are made that stay."""

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_MANY = 50_000  # objects made while collection was paused, from which on they are set apart

_lock = threading.Lock()
_paused = 0
_was_on = True


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """No collection starts in this block, in any thread.

    Reading a long log makes a million objects, none of which is garbage; to look for some among
    them over and over takes as long as the reading. Where so many were made, later collections
    leave them out too: they still go when nothing refers to them any more.
    """
    global _paused, _was_on
    with _lock:
        if _paused == 0:
            _was_on = gc.isenabled()
            gc.disable()
        _paused += 1
    try:
        yield
    finally:
        with _lock:
            _paused -= 1
            if _paused == 0 and _was_on:
                if gc.get_count()[0] > _MANY:
                    gc.freeze()
                gc.enable()
