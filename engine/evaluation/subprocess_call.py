"""Calls a function in a child process, with progress reports and cancellation."""

import pickle
import sys
import threading
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from engine.errors import CancelledError, DynasError, EvaluationError
from engine.evaluation.child_process import ChildProcess
from engine.quoting import error_text, message_text
from engine.requirements import Progress

_POLL_INTERVAL = 0.2  # seconds between two checks for cancellation
_MAX_ATTEMPTS = 2  # if the process dies


def call_in_subprocess(
    work: Callable[..., Any],
    *arguments: Any,
    progress: Progress,
    cancelled: threading.Event,
) -> Any:
    """The result of `work(*arguments, progress)`, all of which can be pickled.

    Its output goes to stderr. If the process dies, the call is repeated once.

    Raises the error of `work`, also one of unpickling its arguments, CancelledError once
    `cancelled` is set, and EvaluationError if the process dies twice, or if its result cannot be
    pickled. The error's `stderr` is the end of the output.
    """
    # In bytes, so that the child can tell an error of unpickling.
    call = pickle.dumps((work, arguments))
    for _ in range(_MAX_ATTEMPTS):
        process = ChildProcess(_run_and_reply, call)
        try:
            return _wait_for_result(process, progress, cancelled)
        except EOFError:
            error = EvaluationError(
                f"The process that did this ended {process.exit_description()}. Try again."
            )
            error.stderr = process.output.tail()
        finally:
            process.end()
    raise error


def _wait_for_result(process: ChildProcess, progress: Progress, cancelled: threading.Event) -> Any:
    while True:
        if cancelled.is_set():
            raise CancelledError("Cancelled.")
        try:
            kind, content = process.receive(_POLL_INTERVAL)
        except TimeoutError:
            continue
        if kind == "progress":
            progress(*content)
            continue
        process.leave()
        if kind == "error":
            error: DynasError = pickle.loads(content)  # noqa: S301 - sent by our own process
            error.stderr = process.output.tail()
            raise error
        return _unpickled_result(content)


def _unpickled_result(content: bytes) -> Any:
    try:
        return pickle.loads(content)  # noqa: S301 - sent by our own process
    except Exception as error:
        raise EvaluationError(
            f"The result of another process cannot be read: {error_text(error)}."
        ) from error


def _run_and_reply(pipe: Connection, call: bytes) -> None:
    try:
        work, arguments = pickle.loads(call)  # noqa: S301 - sent by our own process
        result = work(*arguments, lambda *state: pipe.send(("progress", state)))
        reply = "result", pickle.dumps(result)
    except DynasError as error:
        reply = "error", _pickled_error(error)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - reported to the calling process
        traceback.print_exc()
        reply = "error", pickle.dumps(EvaluationError(error_text(error)))
    sys.stdout.flush()
    sys.stderr.flush()
    pipe.send(reply)


def _pickled_error(error: DynasError) -> bytes:
    """The error in bytes; one with the same message if it cannot be made again from them."""
    try:
        content = pickle.dumps(error)
        pickle.loads(content)  # noqa: S301 - from the line above
    except Exception:  # noqa: BLE001 - a class may fail in any way
        return pickle.dumps(EvaluationError(message_text(error)))
    return content
