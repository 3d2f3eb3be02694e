"""Calls a function in a child process, with progress reports and cancellation."""

import sys
import threading
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from engine.errors import CancelledError, DynasError, EvaluationError
from engine.evaluation.child_process import ChildProcess
from engine.quoting import error_text
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

    Raises the error of `work`, CancelledError once `cancelled` is set, and EvaluationError if the
    process dies twice. The error's `stderr` is the end of the output.
    """
    for _ in range(_MAX_ATTEMPTS):
        process = ChildProcess(_run_and_reply, work, arguments)
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
        elif kind == "error":
            content.stderr = process.output.tail()
            raise content
        else:
            return content


def _run_and_reply(pipe: Connection, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    try:
        result = work(*arguments, lambda *state: pipe.send(("progress", state)))
    except DynasError as error:
        reply: tuple[str, object] = "error", error
    except (Exception, SystemExit) as error:  # noqa: BLE001 - reported to the calling process
        traceback.print_exc()
        reply = "error", EvaluationError(error_text(error))
    else:
        reply = "result", result
    sys.stdout.flush()
    sys.stderr.flush()
    pipe.send(reply)
