"""Worker: a process that keeps a supernet in memory and measures its sub-networks."""

import sys
import traceback
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection

from engine.errors import DynasError, EvaluationError, UnusableDataError
from engine.evaluation.child_process import ChildProcess
from engine.evaluation.job import EvaluationJob
from engine.evaluation.measurement import (
    Measurement,
    check_job,
    measure,
    process_name,
    start_worker,
)
from engine.evaluation.record import Config
from engine.quoting import error_text, message_text
from engine.supernets.base import EvaluationSettings

_START_TIMEOUT = 600.0  # seconds to load torch and the supernet


class WorkerEndedError(EvaluationError):
    """The worker process was killed, ran out of memory or crashed during a measurement."""

    def after_second_attempt(self) -> "WorkerEndedError":
        """The error for a sub-network whose second worker has ended too."""
        error = WorkerEndedError(f"{self} So did the worker that had it before.")
        error.stderr = self.stderr
        return error


class Worker:
    """One process, one sub-network at a time. Its arguments are those of `start_worker`."""

    def __init__(
        self, supernet: str, threads: int, low_priority: bool, script: bytes,
        job: EvaluationJob | None = None,
    ) -> None:  # fmt: skip
        self.threads = threads
        self._process = ChildProcess(_serve_requests, supernet, threads, low_priority, script, job)

    @property
    def name(self) -> str:
        """The name of the process, as in `Measurement.worker`."""
        return process_name(self._process.pid)

    def is_alive(self) -> bool:
        """Whether the process has not ended."""
        return self._process.is_alive()

    def measure(
        self,
        config: Config,
        metrics: Sequence[str],
        settings: EvaluationSettings,
        on_begin: Callable[[], object],
    ) -> Measurement:
        """Measure; calls `on_begin` when the worker is ready and begins.

        Raises WorkerEndedError, EvaluationError, or UnusableDataError. The error's `stderr` is the
        end of the worker's output during the measurement.
        """
        process = self._process
        process.output.clear()
        error: DynasError
        try:
            process.send((config, metrics, settings))
            kind, content = process.receive(_START_TIMEOUT)
            if kind == "begun":
                on_begin()
                kind, content = process.receive()
        except TimeoutError:
            error = WorkerEndedError(
                f"The worker process did not start within {_START_TIMEOUT:g} s."
            )
        except (EOFError, OSError):
            error = WorkerEndedError(f"The worker process ended {process.exit_description()}.")
        else:
            if kind == "measured":
                measurement: Measurement = content
                return measurement
            error = content
        error.stderr = process.output.tail()
        raise error

    def end(self) -> None:
        """Kill the process and all processes that it has started."""
        self._process.end()


def _serve_requests(
    pipe: Connection, supernet: str, threads: int, low_priority: bool, script: bytes,
    job: EvaluationJob | None,
) -> None:  # fmt: skip
    """Measure the sub-networks that arrive through the pipe until it is closed."""
    start_error: BaseException | None = None
    try:
        start_worker(supernet, threads, low_priority, script)
        if job:
            check_job(job)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - reported with the first request
        start_error = error
        traceback.print_exc()
    while True:
        try:
            config, metrics, settings = pipe.recv()
        except EOFError:
            return
        if start_error is not None:
            pipe.send(("failed", _portable_error(start_error)))
            return
        pipe.send(("begun", None))
        try:
            reply: tuple[str, object] = "measured", measure(supernet, config, metrics, settings)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - code of a plug-in may raise any
            if not isinstance(error, DynasError):
                traceback.print_exc()
            reply = "failed", _portable_error(error)
        sys.stdout.flush()
        sys.stderr.flush()
        pipe.send(reply)


def _portable_error(error: BaseException) -> DynasError:
    """An error with the same message that can be pickled."""
    if isinstance(error, UnusableDataError):
        return UnusableDataError(message_text(error))
    if isinstance(error, DynasError):
        return EvaluationError(message_text(error))
    return EvaluationError(error_text(error))
