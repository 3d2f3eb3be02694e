"""A process of its own: it answers through a pipe, can be ended, and ends with this one."""

import atexit
import contextlib
import faulthandler
import functools
import multiprocessing
import multiprocessing.context
import os
import signal
import sys
import threading
import weakref
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from engine import data_dir
from engine.compat.multiprocessing import hide_main_module
from engine.data_dir import DataFolder
from engine.evaluation.output_capture import OutputCapture

_PATIENCE = 2.0  # seconds for a process that was killed to be gone
_LOOK = 1.0  # seconds between two looks at whether the process is there

_PRELOADED = ["torch", "engine.evaluation.worker"]


@functools.cache
def _context() -> multiprocessing.context.BaseContext:
    """How processes are started: as copies of one that has torch loaded, where that can be done.

    Such a copy is there in hundredths of a second, and loading torch takes seconds. The process
    that is copied has no threads of its own, unlike this one, whose locks a copy would inherit.
    """
    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    return context


class ChildProcess:
    """Runs `work(pipe, *arguments)`, all of which can be pickled, on the same data folder.

    What it writes, whether by Python or by C, goes to stderr of this process: stdout belongs to
    what the program prints for others to read. Ctrl-C reaches this process alone, which decides
    what becomes of the other; programs that the other has started end with it.
    """

    def __init__(self, work: Callable[..., None], *arguments: Any) -> None:
        context = _context()
        self._pipe, theirs = context.Pipe()
        source, written = context.Pipe(duplex=False)
        # Not a daemon: what it runs may start processes of its own, such as those that load data.
        self._process: BaseProcess = context.Process(  # type: ignore[attr-defined]  # all have it
            target=_begin,
            args=(theirs, written, dict(os.environ), data_dir.current(), work, arguments),
        )
        with hide_main_module():
            self._process.start()
        theirs.close()
        written.close()
        self.written = OutputCapture(source)
        self._lock = threading.Lock()
        _living.add(self)

    @property
    def pid(self) -> int:
        """The number that the system knows it by."""
        return self._process.pid or 0

    def alive(self) -> bool:
        """Whether it has not ended."""
        return self._process.is_alive()

    def send(self, message: Any) -> None:
        """Hand it something; raises OSError if it has ended."""
        self._pipe.send(message)

    def receive(self, timeout: float | None = None) -> Any:
        """What it sends next; raises EOFError if it has ended, TimeoutError after `timeout` s."""
        left = timeout
        while True:
            look = _LOOK if left is None else min(left, _LOOK)
            ready = wait([self._pipe, self._process.sentinel], timeout=look)
            # What it started may hold the other end of the pipe open: look at the process itself.
            if self._pipe in ready or self._pipe.poll():
                return self._received()
            if not self._process.is_alive():
                if self._pipe.poll():
                    return self._received()
                raise EOFError
            if left is not None:
                left -= look
                if left <= 0:
                    raise TimeoutError

    def _received(self) -> Any:
        try:
            return self._pipe.recv()
        except OSError:
            raise EOFError from None

    def ending(self) -> str:
        """How it ended, as the end of a sentence."""
        self._process.join(_PATIENCE)
        code = self._process.exitcode
        if code is None or code >= 0:
            how = f"with exit status {code}"
        else:
            how = f"by {signal.Signals(-code).name}"
        return f"{how}: it crashed, was killed, or out of memory"

    def end(self) -> None:
        """End it and what it has started, at once."""
        with self._lock:
            if self.pid and hasattr(os, "killpg"):
                with contextlib.suppress(OSError):  # it leads no group yet, or has ended
                    os.killpg(self.pid, signal.SIGKILL)
            self._process.kill()
        self._process.join(_PATIENCE)


_living: "weakref.WeakSet[ChildProcess]" = weakref.WeakSet()


@atexit.register
def _end_all() -> None:
    """Before `multiprocessing` waits for them."""
    for child in list(_living):
        child.end()


def _begin(
    pipe: Connection,
    written: Connection,
    environment: dict[str, str],
    folder: DataFolder,
    work: Callable[..., None],
    arguments: tuple[Any, ...],
) -> None:
    os.environ.clear()  # a copy has that of the process that was copied
    os.environ.update(environment)
    data_dir.use(folder)
    leads = hasattr(os, "setsid")
    if leads:
        os.setsid()
    for stream in (1, 2):
        os.dup2(written.fileno(), stream)
    written.close()
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    faulthandler.enable()
    threading.Thread(target=_end_with_parent, args=(leads,), daemon=True).start()
    work(pipe, *arguments)


def _end_with_parent(leads: bool) -> None:
    """Wait for the process that started this one to end, and end as well with all it started."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        if leads:
            os.killpg(0, signal.SIGKILL)
        os._exit(1)
