"""WorkerPool: who measures on a machine or a cluster, and how many sub-networks at a time."""

import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

_POLL_INTERVAL = 0.2  # seconds between two checks for cancellation

_orders = itertools.count()


@dataclass(eq=False)
class Claim:
    """The wish of a run for workers: at most `limit` of them, None for all that there are.

    Runs of a larger `priority` come first; of the same priority, those that came earlier. A run
    without `is_active` holds and wants none.
    """

    run_id: str
    name: str
    limit: int | None
    priority: int = 0
    is_active: bool = False
    order: int = field(default_factory=lambda: next(_orders))


class WorkerPool:
    """The workers of a place, shared by the runs that measure there. Thread-safe.

    `total` tells how many there are now. Workers of a `divisible` place, a cluster, are divided
    anew whenever a run comes, pauses or ends: all runs of the largest priority get equal parts, as
    far as their limits allow, and the others what is left. Elsewhere a run begins when its whole
    limit, or everything, is free, and keeps it until it pauses or ends.
    """

    def __init__(self, place: str, total: Callable[[], int], divisible: bool) -> None:
        self.place, self._total, self._divisible = place, total, divisible
        self._condition = threading.Condition()
        self._holding: list[Claim] = []
        self._waiting: list[Claim] = []

    @property
    def total(self) -> int:
        """How many workers there are now."""
        return self._total()

    def acquire(self, claim: Claim, is_cancelled: Callable[[], bool]) -> bool:
        """Wait for the workers of a claim; False once `is_cancelled()` is true."""
        with self._condition:
            self._waiting.append(claim)
            try:
                while not self._is_next(claim):
                    if is_cancelled():
                        return False
                    self._condition.wait(_POLL_INTERVAL)
                self._holding.append(claim)
                return True
            finally:
                self._waiting.remove(claim)
                self._condition.notify_all()

    def release(self, claim: Claim) -> None:
        """Give back the workers of a claim; does nothing if it holds none."""
        with self._condition:
            if claim in self._holding:
                self._holding.remove(claim)
                self._condition.notify_all()

    def share(self, claim: Claim) -> int:
        """How many measurements the run of a claim may make at a time now."""
        with self._condition:
            if claim not in self._holding:
                return 0
            if not self._divisible:
                return self._size(claim)
            return _divide(self._holding, self.total)[self._holding.index(claim)]

    def change(self, claim: Claim, limit: int | None, priority: int) -> None:
        """Give a claim another limit or priority, which counts at once."""
        with self._condition:
            claim.limit, claim.priority = limit, priority
            self._condition.notify_all()

    def go_first(self, claim: Claim) -> None:
        """Let a claim that waits come before all others that wait."""
        with self._condition:
            highest = max((other.priority for other in self._waiting), default=0)
            earliest = min((other.order for other in self._waiting), default=0)
            claim.priority, claim.order = max(claim.priority, highest), earliest - 1
            self._condition.notify_all()

    def waiting_reason(self, claim: Claim) -> str:
        """For what a claim waits, as a sentence; empty if it does not wait."""
        with self._condition:
            if claim not in self._waiting:
                return ""
            count, total = self._size(claim), self.total
            workers = "the only worker" if total == 1 else f"{count} of the {total} workers"
            holders = _listed([f"'{other.name}'" for other in self._holding])
            verb = "has" if len(self._holding) == 1 else "have"
            before = [other for other in self._queue() if other is not claim]
            first = (
                f" '{before[0].name}' comes first."
                if before and self._queue()[0] is not claim
                else ""
            )
            return f"It waits for {workers} of {self.place}, which {holders} {verb}.{first}"

    def _queue(self) -> list[Claim]:
        return sorted(self._waiting, key=lambda claim: (-claim.priority, claim.order))

    def _size(self, claim: Claim) -> int:
        return self.total if claim.limit is None else min(claim.limit, self.total)

    def _is_next(self, claim: Claim) -> bool:
        """Whether a claim may begin: in the order of the queue, once enough is free."""
        if self._divisible:
            return True
        used = sum(map(self._size, self._holding))
        for other in self._queue():
            used += self._size(other)
            if used > self.total:
                return False
            if other is claim:
                return True
        return False


def _divide(claims: list[Claim], total: int) -> list[int]:
    """Equal parts of `total` for claims of the same priority, the largest priority first."""
    parts = dict.fromkeys(claims, 0)
    for priority in sorted({claim.priority for claim in claims}, reverse=True):
        equals = [claim for claim in claims if claim.priority == priority]
        equals.sort(key=lambda claim: total if claim.limit is None else claim.limit)
        for number, claim in enumerate(equals):
            offer = total // (len(equals) - number)
            parts[claim] = offer if claim.limit is None else min(claim.limit, offer)
            total -= parts[claim]
    return [parts[claim] for claim in claims]


def _listed(names: list[str]) -> str:
    *first, last = names or ["nobody"]
    return f"{', '.join(first)} and {last}" if first else last
