"""multiprocessing: starting processes without the main module, and out of the reach of signals."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import forkserver, resource_tracker
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess, current_process
from typing import Any

_SIGNALS = (signal.SIGINT, signal.SIGTERM)

_lock = threading.Lock()


@contextmanager
def hide_main_module() -> Iterator[None]:
    """Start processes that do not import the program's main module.

    They need nothing of it; importing it costs time and, in a script that starts a search without
    an `if __name__ == "__main__"` guard, would start that search again. multiprocessing decides by
    the attributes `__spec__` and `__file__` of that module.
    """
    with _lock:
        main = sys.modules["__main__"].__dict__
        saved_attributes: dict[str, Any] = {
            name: main[name] for name in ("__spec__", "__file__") if name in main
        }
        main["__spec__"] = None
        main.pop("__file__", None)
        try:
            yield
        finally:
            main.update(saved_attributes)


def start_out_of_reach(process: BaseProcess, context: BaseContext) -> None:
    """Start a process that SIGINT and SIGTERM do not end until it calls `unblock_signals`.

    It does not import the main module. A terminal, `timeout` and service managers send these
    signals to all processes of a program. The server that forks processes never unblocks them: it
    ends with this process.
    """
    with hide_main_module(), _children_allowed():
        if context.get_start_method() == "forkserver":
            with _blocked_signals():
                forkserver.ensure_running()
            process.start()  # may wait until the server has loaded what it preloads
        else:
            with _blocked_signals():
                process.start()


@contextmanager
def _children_allowed() -> Iterator[None]:
    """Let a daemonic process, such as a worker of Dask, start processes too."""
    config: dict[str, Any] = current_process()._config  # type: ignore[attr-defined]
    was_daemonic = config.pop("daemon", None)
    try:
        yield
    finally:
        if was_daemonic is not None:
            config["daemon"] = was_daemonic


@contextmanager
def _blocked_signals() -> Iterator[None]:
    if sys.platform == "win32":
        yield
        return
    resource_tracker.ensure_running()  # its own start, inside another one, unblocks the signals
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def unblock_signals() -> None:
    """Let the signals have their usual effect, without those that came in the meantime."""
    if sys.platform == "win32":
        return
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)  # discards those that wait
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
