"""Work in a process of its own, which tells how far it is and can be ended at any moment."""

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

_LOOK = 0.2  # seconds between two looks at whether to go on
_ATTEMPTS = 2  # at work whose process died


def call_in_subprocess(
    work: Callable[..., Any],
    *arguments: Any,
    progress: Progress,
    cancelled: threading.Event,
) -> Any:
    """The result of `work(*arguments, progress)`, all of which can be pickled.

    What it prints goes to stderr. Work whose process died is begun once more.

    Raises what `work` raised, CancelledError once `cancelled` is set, and EvaluationError if the
    process ended before its time again. The error's `stderr` is the end of what it wrote.
    """
    for _ in range(_ATTEMPTS):
        process = ChildProcess(_answer, work, arguments)
        try:
            return _followed(process, progress, cancelled)
        except EOFError:
            ended = EvaluationError(
                f"The process that did this ended {process.ending()}. Try again."
            )
            ended.stderr = process.written.end()
        finally:
            process.end()
    raise ended


def _followed(process: ChildProcess, progress: Progress, cancelled: threading.Event) -> Any:
    while True:
        if cancelled.is_set():
            raise CancelledError("Cancelled.")
        try:
            kind, content = process.receive(_LOOK)
        except TimeoutError:
            continue
        if kind == "progress":
            progress(*content)
        elif kind == "error":
            content.stderr = process.written.end()
            raise content
        else:
            return content


def _answer(pipe: Connection, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    try:
        result = work(*arguments, lambda *state: pipe.send(("progress", state)))
    except DynasError as error:
        answer: tuple[str, object] = "error", error
    except (Exception, SystemExit) as error:  # noqa: BLE001 - the other process has to learn of it
        traceback.print_exc()
        answer = "error", EvaluationError(error_text(error))
    else:
        answer = "result", result
    sys.stdout.flush()
    sys.stderr.flush()
    pipe.send(answer)
