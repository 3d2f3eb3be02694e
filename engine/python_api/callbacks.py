"""Callbacks: functions of a user's script that are called after each evaluation of a run."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from engine.count_text import count_text
from engine.errors import RunError
from engine.evaluation.record import Evaluation
from engine.python_api.arguments import checked_function
from engine.quoting import error_text


class StartedRun(Protocol):
    """A `Run`, of which this module knows where it is."""

    @property
    def id(self) -> str:
        """The id of the run."""

    @property
    def data_dir(self) -> Path:
        """The path of its data folder."""


OnEvaluation = Callable[[Evaluation], object]
"""Called with each evaluation after it is in the log; what it returns is ignored."""

_calling_thread = threading.local()


class Callbacks:
    """Calls `on_evaluation` and `stop_when` in the thread of a run, and keeps what they raise.

    `progress` is called with the number of evaluations in the log. After an error neither function
    is called again; after a stop by `stop_when`, `on_evaluation` still is. Raises ConfigError for
    what is not a function.
    """

    def __init__(
        self,
        on_evaluation: OnEvaluation | None = None,
        stop_when: Callable[[Any], object] | None = None,
    ) -> None:
        self._on_evaluation = checked_function("on_evaluation", on_evaluation)
        self._stop_when = checked_function("stop_when", stop_when)
        self._run: StartedRun | None = None
        self._has_stopped = False
        self.error: BaseException | None = None
        self.progress: Callable[[int], object] = lambda count: None

    @property
    def has_functions(self) -> bool:
        """Whether there is anything to call."""
        return self._on_evaluation is not None or self._stop_when is not None

    def again(self) -> "Callbacks":
        """The same functions for a run that goes on, without the error of its former part.

        A `stop_when` that has stopped it is left out.
        """
        stop_when = None if self._has_stopped else self._stop_when
        callbacks = Callbacks(self._on_evaluation, stop_when)
        if self._run is not None:
            callbacks.set_run(self._run)
        return callbacks

    @property
    def run(self) -> StartedRun | None:
        """The run whose evaluations are told; None before it has been created."""
        return self._run

    def set_run(self, run: StartedRun) -> None:
        """Set the run that `stop_when` is called with, before its first evaluation."""
        self._run = run

    def __call__(self, evaluation: Evaluation) -> str:
        """Call the functions; returns why the run must stop, a sentence, empty if it goes on."""
        assert self._run is not None
        self.progress(evaluation.number)
        if self.error is not None:
            return ""
        called_name = "on_evaluation"
        _calling_thread.run_id = self._run.id
        try:
            if self._on_evaluation is not None:
                self._on_evaluation(evaluation)
            called_name = "stop_when"
            if self._stop_when and not self._has_stopped and self._stop_when(self._run):
                self._has_stopped = True
                spent = count_text(evaluation.number, "evaluation")
                return f"stop_when ended the search after {spent}."
        except BaseException as error:  # noqa: BLE001 - raised again where the run is waited for
            where = f"{called_name} failed after evaluation {evaluation.number:,}"
            error.add_note(
                f"{where} of run {self._run.id}. The run was stopped and can be resumed."
            )
            self.error = error
            return f"{where}: {error_text(error).removesuffix('.')}."
        finally:
            _calling_thread.run_id = None
        return ""

    def raise_error(self) -> None:
        """Raise what one of the functions raised, if any did."""
        if self.error is not None:
            raise self.error


def check_not_called_by(run_id: str) -> None:
    """Raise RunError inside a callback of the run, for which the run waits."""
    if getattr(_calling_thread, "run_id", None) == run_id:
        raise RunError(
            "wait() cannot be called in on_evaluation or stop_when: the run waits for them."
        )
