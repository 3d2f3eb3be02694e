"""What Ctrl-C and SIGTERM do to a search that a program waits for."""

import shlex
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from engine.data_dir import DEFAULT_PATH
from engine.runs.service import RunService

_PATIENCE = 10.0  # seconds for a run to end that was told to do so now


class Interrupted(KeyboardInterrupt):
    """The search was stopped by a signal, after which its run can be resumed.

    `status` is what a program ends with, `hint` says how to go on.
    """

    def __init__(self, number: int, hint: str) -> None:
        super().__init__(hint)
        self.status, self.hint = 128 + number, hint


class _Signal(KeyboardInterrupt):
    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


def wait_or_stop(service: RunService, run_id: str, tell: Callable[[str], object]) -> None:
    """Wait until a run ends. A first signal stops it, a second one stops it at once.

    `tell` is called with what happens. Raises Interrupted when the run has been stopped so.
    """
    with _terminating():
        try:
            service.wait(run_id)
        except KeyboardInterrupt as interrupt:
            number = interrupt.number if isinstance(interrupt, _Signal) else int(signal.SIGINT)
        else:
            return
        try:
            tell("Stopping: what is being measured is finished first. Ctrl-C again stops now.")
            _stop(service, run_id)
            service.wait(run_id)
        except KeyboardInterrupt:
            tell("Stopping now: what is being measured is left out.")
            service.stop_now(run_id)
            service.wait(run_id, _PATIENCE)
    summary = service.history(run_id).summary()
    if summary.state == "finished":
        return
    hint = (
        f"Run {run_id} was stopped after {summary.evaluations} of {summary.budget} evaluations. "
        f"Go on with: {resume_command(run_id, service.data_dir)}"
    )
    tell(hint)
    raise Interrupted(number, hint)


def resume_command(run_id: str, data_dir: Path) -> str:
    """The command line that goes on with a run."""
    command = ["python", "-m", "engine", "resume", run_id]
    if data_dir.resolve() != DEFAULT_PATH.expanduser().resolve():
        command += ["--data-dir", str(data_dir.resolve())]
    return shlex.join(command)


def _stop(service: RunService, run_id: str) -> None:
    if "stop" in service.history(run_id).summary().actions:
        service.stop(run_id)


@contextmanager
def _terminating() -> Iterator[None]:
    """SIGTERM interrupts as Ctrl-C does, in a program's main thread that does not handle it."""
    there = threading.current_thread() is threading.main_thread()
    if not there or signal.getsignal(signal.SIGTERM) != signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, _raise)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _raise(number: int, frame: FrameType | None) -> None:
    raise _Signal(number)
