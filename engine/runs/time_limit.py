"""How long one evaluation may take before it is given up."""

from collections.abc import Sequence
from statistics import median

from engine.evaluation.record import Evaluation

_ENOUGH = 3  # measured evaluations that tell how long they take
_TIMES = 20  # their median
LEAST = 600.0
"""Seconds that any evaluation may take where no limit is configured."""


class TimeLimit:
    """`configured` seconds; None for 20 times the median of what was measured, from three on."""

    def __init__(self, configured: float | None) -> None:
        self._configured = configured
        self._taken: list[float] = []
        self._followed = 0
        self._automatic: float | None = None

    def seconds(self, evaluations: Sequence[Evaluation]) -> float | None:
        """The limit after these evaluations, None for no limit; costs what is new."""
        if self._configured is not None:
            return self._configured
        fresh = evaluations[self._followed :]
        self._followed += len(fresh)
        measured = [e.seconds for e in fresh if e.ok and not e.reused]
        if measured:
            self._taken += measured
            if len(self._taken) >= _ENOUGH:
                self._automatic = max(_TIMES * median(self._taken), LEAST)
        return self._automatic

    def sentence(self, limit: float) -> str:
        """Why an evaluation that took longer than `limit` has failed."""
        how = "as set" if self._configured is not None else f"{_TIMES} times the usual"
        if self._configured is None and limit <= LEAST:
            how = "the least that an evaluation may take unless another limit is set"
        return (
            f"It took longer than {limit:,g} s ({how}) and was given up. Set evaluation_timeout "
            "(dynas) to more seconds if that is too little."
        )
