"""RunPace: the budget of a run, how much of it is spent, and how fast."""

from abc import ABC, abstractmethod

from engine.config import NASConfig
from engine.evaluation.record import Evaluation
from engine.runs.running_time import evaluations_per_minute

_RATE_WINDOW = 20  # evaluations


class RunPace(ABC):
    """The part of `RunHistory` that counts. `computed_count` is None for a run that measures."""

    config: NASConfig
    evaluations: list[Evaluation]
    warm_start_count: int
    computed_count: int | None

    @property
    @abstractmethod
    def elapsed(self) -> float:
        """The running time in seconds."""

    @property
    def budget(self) -> int:
        """The number of evaluations in the log when the budget is used up, with known ones.

        Those of the moment where the log keeps only some of the sub-networks that were computed.
        """
        return self.planned if self.computed_count is None else len(self.evaluations)

    @property
    @abstractmethod
    def planned(self) -> int:
        """How many sub-networks the search is to spend, with those that it began with."""

    @property
    def spent(self) -> int:
        """How many of these it has spent: its evaluations, or what it has computed."""
        return len(self.evaluations) if self.computed_count is None else self.computed_count

    @property
    def free_count(self) -> int:
        """How many sub-networks of a warm start the budget does not include.

        A search that computes computes them again, so that its count has them.
        """
        return self.warm_start_count if self.computed_count is None else 0

    @property
    def counted(self) -> str:
        """What the numbers of the log count, in the plural."""
        return "evaluations" if self.computed_count is None else "sub-networks kept"

    @property
    def rate(self) -> float:
        """Evaluations per minute over the last twenty, without reused ones; or of all computed."""
        if self.computed_count is not None:
            return 60.0 * self.computed_count / self.elapsed if self.elapsed else 0.0
        return evaluations_per_minute(self.evaluations[-_RATE_WINDOW:])

    @property
    def remaining(self) -> float | None:
        """Estimated seconds to the end of the budget, or to the time limit if sooner.

        None if there is neither a rate nor a limit.
        """
        rate, limit, missing = self.rate, self.config.stop.seconds, self.planned - self.spent
        to_budget = 60.0 * missing / rate if rate else None
        if limit is None:
            return to_budget
        to_time_limit = max(limit - self.elapsed, 0.0)
        return to_time_limit if to_budget is None else min(to_budget, to_time_limit)
