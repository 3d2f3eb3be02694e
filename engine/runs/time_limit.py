"""TimeLimit: the longest permitted duration of one evaluation."""

from bisect import insort
from collections.abc import Sequence

from engine.evaluation.record import Evaluation

_MIN_COUNT = 3  # measured evaluations needed for an automatic limit
_MAX_DURATIONS = 2_000
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
        self.usual_seconds = 0.0  # median duration of a measurement; 0 while unknown

    def seconds(self, evaluations: Sequence[Evaluation]) -> float | None:
        """The limit after these evaluations, None for no limit. Incremental."""
        new_evaluations = evaluations[self._processed_count :]
        self._processed_count += len(new_evaluations)
        for evaluation in new_evaluations:
            if evaluation.ok and not evaluation.reused:
                insort(self._durations, evaluation.seconds)
        if len(self._durations) > _MAX_DURATIONS:  # every other one has the same median
            self._durations = self._durations[::2]
        if self._durations:
            self.usual_seconds = self._durations[len(self._durations) // 2]
        if self._configured is not None:
            return self._configured
        if len(self._durations) >= _MIN_COUNT:
            self._automatic_limit = max(_FACTOR * self.usual_seconds, MIN_SECONDS)
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
