"""ChildProcess: a process with a message pipe that ends no later than this process."""

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
import time
import weakref
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from engine import data_dir
from engine.compat.multiprocessing import start_out_of_reach, unblock_signals
from engine.data_dir import DataFolder
from engine.evaluation.output_capture import OutputCapture

_KILL_TIMEOUT = 2.0  # seconds that a killed process has to exit
_POLL_INTERVAL = 1.0  # seconds between two checks that the process is running
_START_TIMEOUT = 10.0  # seconds that a killed fork server has to exit; then another takes over
_START_INTERVAL = 0.1  # seconds between two attempts to start

_PRELOADED = ["torch", "engine.evaluation.worker", "engine.tasks.statistics"]


@functools.cache
def _context() -> multiprocessing.context.BaseContext:
    """The start method: on Linux, forks of a server process that has torch loaded; else spawn.

    A fork takes hundredths of a second, loading torch takes seconds. The fork server has no other
    threads; a fork of this process would inherit locks that its threads hold.
    """
    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    return context


class ChildProcess:
    """Runs `work(pipe, *arguments)`, all of which can be pickled, on the same data folder.

    Its output, from Python or C, goes to stderr of this process, since stdout is for the program's
    own output. Ctrl-C, and SIGTERM to the process group, reach this process alone, which then
    decides what to do with the child. Programs that the child has started end with it.
    """

    def __init__(self, work: Callable[..., None], *arguments: Any) -> None:
        context = _context()
        self._pipe, child_pipe = context.Pipe()
        output_reader, output_writer = context.Pipe(duplex=False)
        # Not a daemon: the work may start processes, such as data loaders.
        self._process: BaseProcess = context.Process(  # type: ignore[attr-defined]  # all have it
            target=_run_in_child,
            args=(child_pipe, output_writer, dict(os.environ), data_dir.current(), work, arguments),
        )
        _start(self._process)
        child_pipe.close()
        output_writer.close()
        self.output = OutputCapture(output_reader)
        self._lock = threading.Lock()
        _running_processes.add(self)

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid or 0

    def is_alive(self) -> bool:
        """Whether it has not ended."""
        return self._process.is_alive()

    def send(self, message: Any) -> None:
        """Send a message; raises OSError if the process has ended."""
        self._pipe.send(message)

    def receive(self, timeout: float | None = None) -> Any:
        """The next message; raises EOFError if it has ended, TimeoutError after `timeout` s."""
        remaining = timeout
        while True:
            interval = _POLL_INTERVAL if remaining is None else min(remaining, _POLL_INTERVAL)
            ready = wait([self._pipe, self._process.sentinel], timeout=interval)
            # Its own child processes may hold the pipe open: check the process itself.
            if self._pipe in ready or self._pipe.poll():
                return self._receive_message()
            if not self._process.is_alive():
                if self._pipe.poll():
                    return self._receive_message()
                raise EOFError
            if remaining is not None:
                remaining -= interval
                if remaining <= 0:
                    raise TimeoutError

    def _receive_message(self) -> Any:
        try:
            return self._pipe.recv()
        except OSError:
            raise EOFError from None

    def exit_description(self) -> str:
        """How the process ended, as the end of a sentence."""
        self._process.join(_KILL_TIMEOUT)
        code = self._process.exitcode
        if code is None or code >= 0:
            description = f"with exit status {code}"
        else:
            description = f"by {signal.Signals(-code).name}"
        return f"{description}: it crashed, was killed, or out of memory"

    def leave(self) -> None:
        """Wait a moment for a process whose work is done to exit, so that it tidies up."""
        self._process.join(_KILL_TIMEOUT)

    def end(self) -> None:
        """Kill the process and all processes that it has started."""
        with self._lock:
            if self.pid and hasattr(os, "killpg"):
                with contextlib.suppress(OSError):  # no process group yet, or it has ended
                    os.killpg(self.pid, signal.SIGKILL)
            self._process.kill()
        self._process.join(_KILL_TIMEOUT)


_running_processes: "weakref.WeakSet[ChildProcess]" = weakref.WeakSet()


@atexit.register
def _end_all() -> None:
    """End all processes before `multiprocessing` joins them at exit."""
    for child in list(_running_processes):
        child.end()


def _start(process: BaseProcess) -> None:
    """Start a process; raises OSError if that is not possible."""
    end = time.monotonic() + _START_TIMEOUT
    while True:
        try:
            start_out_of_reach(process, _context())
        except (ConnectionError, EOFError) as error:  # the fork server has been killed
            if time.monotonic() > end:
                raise ConnectionError(str(error)) from error
            time.sleep(_START_INTERVAL)
        else:
            return


def _run_in_child(
    pipe: Connection,
    output: Connection,
    environment: dict[str, str],
    folder: DataFolder,
    work: Callable[..., None],
    arguments: tuple[Any, ...],
) -> None:
    os.environ.clear()  # a fork has the environment of the fork server
    os.environ.update(environment)
    data_dir.use(folder)
    is_group_leader = hasattr(os, "setsid")
    if is_group_leader:
        os.setsid()
    unblock_signals()
    for stream in (1, 2):
        os.dup2(output.fileno(), stream)
    output.close()
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    faulthandler.enable()
    threading.Thread(target=_end_with_parent, args=(is_group_leader,), daemon=True).start()
    work(pipe, *arguments)


def _end_with_parent(is_group_leader: bool) -> None:
    """Wait for the parent process to end, then end this process and its process group."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        if is_group_leader:
            os.killpg(0, signal.SIGKILL)
        os._exit(1)
