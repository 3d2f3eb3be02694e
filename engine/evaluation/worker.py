"""A worker: a process that has a supernet in memory and measures what it is given."""

import sys
import traceback
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection

from engine.errors import DynasError, EvaluationError, UnusableDataError
from engine.evaluation.child_process import ChildProcess
from engine.evaluation.measurement import Measurement, measure, start_worker
from engine.evaluation.record import Config
from engine.quoting import error_text, message_text
from engine.supernets.base import EvaluationSettings

_START = 600.0  # seconds to load torch and the supernet


class WorkerEndedError(EvaluationError):
    """The process ended before it had measured: killed, out of memory, or crashed."""

    def again(self) -> "WorkerEndedError":
        """The same of a second worker, which had the sub-network after the first had ended."""
        error = WorkerEndedError(f"{self} So did the worker that had it before.")
        error.stderr = self.stderr
        return error


class Worker:
    """One process; one sub-network at a time. `yielding` is as `start_worker` has it."""

    def __init__(self, supernet: str, threads: int, yielding: bool) -> None:
        self._process = ChildProcess(_serve, supernet, threads, yielding)

    def alive(self) -> bool:
        """Whether the process has not ended."""
        return self._process.alive()

    def measure(
        self,
        config: Config,
        metrics: Sequence[str],
        settings: EvaluationSettings,
        begun: Callable[[], object],
    ) -> Measurement:
        """Measure; `begun` is called once the worker is ready and begins.

        Raises WorkerEndedError, EvaluationError, or UnusableDataError. The end of what the worker
        wrote meanwhile is in the error's `stderr`.
        """
        process = self._process
        process.written.forget()
        error: DynasError
        try:
            process.send((config, metrics, settings))
            kind, content = process.receive(_START)
            if kind == "begun":
                begun()
                kind, content = process.receive()
        except TimeoutError:
            error = WorkerEndedError(f"The worker process did not come up within {_START:g} s.")
        except (EOFError, OSError):
            error = WorkerEndedError(f"The worker process ended {process.ending()}.")
        else:
            if kind == "measured":
                measured: Measurement = content
                return measured
            error = content
        error.stderr = process.written.end()
        raise error

    def end(self) -> None:
        """End the process and what it has started, at once."""
        self._process.end()


def _serve(pipe: Connection, supernet: str, threads: int, yielding: bool) -> None:
    """Measure what comes through the pipe, until nothing comes any more."""
    broken: BaseException | None = None
    try:
        start_worker(supernet, threads, yielding)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - told to who waits for a measurement
        broken = error
        traceback.print_exc()
    while True:
        try:
            config, metrics, settings = pipe.recv()
        except EOFError:
            return
        if broken is not None:
            pipe.send(("failed", _in_words(broken)))
            return
        pipe.send(("begun", None))
        try:
            answer: tuple[str, object] = "measured", measure(supernet, config, metrics, settings)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - somebody else's code may raise any
            if not isinstance(error, DynasError):
                traceback.print_exc()
            answer = "failed", _in_words(error)
        sys.stdout.flush()
        sys.stderr.flush()
        pipe.send(answer)


def _in_words(error: BaseException) -> DynasError:
    """An error that can be pickled and read elsewhere, whatever the given one carries."""
    if isinstance(error, UnusableDataError):
        return UnusableDataError(message_text(error))
    if isinstance(error, DynasError):
        return EvaluationError(message_text(error))
    return EvaluationError(error_text(error))
