"""TimeLimit: the longest permitted duration of one evaluation."""

from collections.abc import Sequence
from statistics import median

from engine.evaluation.record import Evaluation

_MIN_COUNT = 3  # measured evaluations needed for an automatic limit
_FACTOR = 20  # times their median duration
MIN_SECONDS = 600.0
"""The lowest automatic limit in seconds."""


class TimeLimit:
    """`configured` seconds; None for 20 times the median duration, after three measurements."""

    def __init__(self, configured: float | None) -> None:
        self._configured = configured
        self._durations: list[float] = []
        self._processed_count = 0
        self._automatic_limit: float | None = None

    def seconds(self, evaluations: Sequence[Evaluation]) -> float | None:
        """The limit after these evaluations, None for no limit. Incremental."""
        if self._configured is not None:
            return self._configured
        new_evaluations = evaluations[self._processed_count :]
        self._processed_count += len(new_evaluations)
        durations = [e.seconds for e in new_evaluations if e.ok and not e.reused]
        if durations:
            self._durations += durations
            if len(self._durations) >= _MIN_COUNT:
                self._automatic_limit = max(_FACTOR * median(self._durations), MIN_SECONDS)
        return self._automatic_limit

    def sentence(self, limit: float) -> str:
        """The message for an evaluation that took longer than `limit`."""
        origin = "as set" if self._configured is not None else f"{_FACTOR} times the usual"
        if self._configured is None and limit <= MIN_SECONDS:
            origin = "the least that an evaluation may take unless another limit is set"
        return (
            f"It took longer than {limit:,g} s ({origin}) and was given up. Set evaluation_timeout "
            "(dynas) to more seconds if that is too little."
        )
