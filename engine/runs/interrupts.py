"""Handles Ctrl-C and SIGTERM while a program waits for a search."""

import shlex
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from engine import program
from engine.data_dir import DEFAULT_PATH
from engine.runs.service import RunService

_STOP_TIMEOUT = 10.0  # seconds that a run may take to stop at once


class Interrupted(KeyboardInterrupt):
    """A signal has stopped the search; its run can be resumed.

    `status` is the exit status of the program, `hint` the command that resumes the run.
    """

    def __init__(self, number: int, hint: str) -> None:
        super().__init__(hint)
        self.status, self.hint = 128 + number, hint


class _Signal(KeyboardInterrupt):
    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


def wait_or_stop(
    service: RunService,
    run_id: str,
    notify: Callable[[str], object],
    interrupt: str = "Press Ctrl-C",
    advice: str = "",
) -> None:
    """Wait until a run ends. The first signal stops it, the second one stops it at once.

    `notify` is called with messages, which say how to `interrupt` and end with `advice` on how to
    go on, by default the command that resumes the run. Raises Interrupted if a signal has stopped
    the run.
    """
    with sigterm_as_interrupt():
        try:
            service.wait(run_id)
        except KeyboardInterrupt as signalled:
            number = signalled.number if isinstance(signalled, _Signal) else int(signal.SIGINT)
        else:
            return
        try:
            notify(f"Stopping after the running measurements. {interrupt} again to stop now.")
            _stop(service, run_id)
            service.wait(run_id)
        except KeyboardInterrupt:
            notify("Stopping now: running measurements are abandoned.")
            service.stop_now(run_id)
            service.wait(run_id, _STOP_TIMEOUT)
    summary = service.history(run_id).summary()
    if summary.state == "finished":
        return
    hint = (
        f"Run {run_id} was stopped after {summary.spent} of {summary.budget} {summary.unit}. "
        f"{advice or f'Go on with: {resume_command(run_id, service.data_dir)}'}"
    )
    notify(hint)
    raise Interrupted(number, hint)


def resume_command(run_id: str, data_dir: Path) -> str:
    """The command line that resumes a run."""
    command = [*program.name().split(), "resume", run_id]
    if data_dir.resolve() != DEFAULT_PATH.expanduser().resolve():
        command += ["--data-dir", str(data_dir.resolve())]
    return shlex.join(command)


def _stop(service: RunService, run_id: str) -> None:
    if "stop" in service.history(run_id).summary().actions:
        service.stop(run_id)


@contextmanager
def sigterm_as_interrupt() -> Iterator[None]:
    """Treat SIGTERM like Ctrl-C in the main thread, unless the program handles it."""
    in_main_thread = threading.current_thread() is threading.main_thread()
    if not in_main_thread or signal.getsignal(signal.SIGTERM) != signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, _raise_signal)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _raise_signal(number: int, frame: FrameType | None) -> None:
    raise _Signal(number)
