"""Work in a process of its own, which tells how far it is and can be ended at any moment."""

import multiprocessing
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from engine.errors import CancelledError, DynasError, EvaluationError
from engine.evaluation.evaluator import without_main
from engine.evaluation.measuring import end_with_parent
from engine.supernets.base import Progress

_LOOK = 0.2  # seconds between two looks at whether to go on


def run_apart(
    work: Callable[..., Any],
    *arguments: Any,
    progress: Progress,
    cancelled: threading.Event,
) -> Any:
    """The result of `work(*arguments, progress)`, all of which can be pickled.

    Raises what `work` raised, CancelledError once `cancelled` is set, and EvaluationError if the
    process ended before its time.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(theirs, work, arguments), daemon=True)
    with without_main():
        process.start()
    theirs.close()
    try:
        while True:
            while not ours.poll(_LOOK):
                if cancelled.is_set():
                    raise CancelledError("Cancelled.")
            kind, content = ours.recv()
            if kind == "progress":
                progress(*content)
            elif kind == "error":
                raise content
            else:
                return content
    except EOFError:
        raise EvaluationError(
            "The process that did this ended: killed, or out of memory. Try again."
        ) from None
    finally:
        process.kill()
        process.join()
        ours.close()


def _answer(pipe: Connection, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    threading.Thread(target=end_with_parent, daemon=True).start()
    try:
        result = work(*arguments, lambda *state: pipe.send(("progress", state)))
    except DynasError as error:
        pipe.send(("error", error))
    except Exception as error:  # noqa: BLE001 - the other process has to learn of it
        pipe.send(("error", EvaluationError(f"{type(error).__name__}: {error}")))
    else:
        pipe.send(("result", result))
