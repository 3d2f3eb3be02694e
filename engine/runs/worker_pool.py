"""WorkerPool: who measures on a machine or a cluster, and how many sub-networks at a time."""

import itertools
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

_POLL_INTERVAL = 0.2  # seconds between two checks for cancellation
_MOST_NAMES = 3  # of runs in a sentence

_orders = itertools.count()


@dataclass(eq=False)
class Claim:
    """The wish of a run for workers: at most `limit` of them, None for all that there are.

    Runs of a larger `priority` come first; of the same priority, those of a smaller `order`, which
    came earlier. `created`, a POSIX time, tells runs of the same name apart. One that `needs_none`
    measures nothing: it waits for nobody, and takes nothing from others. One that is `beside` the
    others does the same until its workers are released.
    """

    run_id: str
    name: str
    limit: int | None
    priority: int = 0
    order: int = field(default_factory=lambda: next(_orders))
    needs_none: bool = False
    beside: bool = False
    created: float = 0.0

    @property
    def takes_none(self) -> bool:
        """Whether it waits for no worker and takes none from others."""
        return self.needs_none or self.beside


class WorkerPool:
    """The workers of a place, shared by the runs that measure there. Thread-safe.

    `total` tells how many there are now. Workers of a `divisible` place, a cluster, are divided
    anew whenever a run comes, pauses or ends: all runs of the largest priority get equal parts, as
    far as their limits allow, and the others what is left. Elsewhere a run begins when its whole
    limit, or everything, is free, and keeps it until it pauses or ends. If its limit is raised
    meanwhile, it gets more as workers become free, before runs that come after it.
    """

    def __init__(self, place: str, total: Callable[[], int], divisible: bool) -> None:
        self.place, self._total, self._divisible = place, total, divisible
        self._condition = threading.Condition()
        self._held: dict[Claim, int] = {}  # workers that are given out, unless they are divisible
        self._beside: set[Claim] = set()  # those that hold workers and take none from others
        self._asking: list[Claim] = []

    @property
    def total(self) -> int:
        """How many workers there are now."""
        return self._total()

    def acquire(self, claim: Claim, is_cancelled: Callable[[], bool]) -> bool:
        """Wait for the workers of a claim; False once `is_cancelled()` is true."""
        with self._condition:
            self._asking.append(claim)
        is_held = False
        try:
            while not is_held and not is_cancelled():
                with self._condition:
                    self._give_out()
                    is_held = claim in self._held or claim in self._beside
                    if not is_held:
                        self._condition.wait(_POLL_INTERVAL)
        finally:
            with self._condition:
                self._asking.remove(claim)
                if not is_held:
                    self._take_back(claim)
                self._condition.notify_all()
        return is_held

    def release(self, claim: Claim) -> None:
        """Give back the workers of a claim; does nothing if it holds none."""
        with self._condition:
            self._take_back(claim)
            self._condition.notify_all()

    def _take_back(self, claim: Claim) -> None:
        self._held.pop(claim, None)
        self._beside.discard(claim)
        claim.beside = False

    def share(self, claim: Claim) -> int:
        """How many measurements the run of a claim may make at a time now.

        A run that wants more than a machine has, and holds it alone, may make as many as it wants.
        """
        with self._condition:
            if claim in self._beside:
                return claim.limit or max(self.total, 1)
            if claim not in self._held:
                return 0
            if self._divisible:
                return _divide(self._held, self.total)[claim]
            self._give_out()
            workers = self._held[claim]
            return claim.limit if claim.limit and workers == self._size(claim) else workers

    def change(self, claim: Claim, limit: int | None, priority: int) -> None:
        """Give a claim another limit or priority, which counts at once."""
        with self._condition:
            claim.limit, claim.priority = limit, priority
            self._condition.notify_all()

    def go_first(self, claim: Claim) -> None:
        """Let a claim come before all others from now on."""
        with self._condition:
            claims = {*self._held, *self._asking, claim}
            claim.priority = max(other.priority for other in claims)
            claim.order = min(other.order for other in claims) - 1
            self._condition.notify_all()

    def go_beside(self, claim: Claim) -> None:
        """Let a claim have all that it wants at once, beside those that have the workers."""
        with self._condition:
            claim.beside = True
            if claim in self._held:  # such as without a part of a cluster
                self._held.pop(claim)
                self._beside.add(claim)
            self._condition.notify_all()

    def holders(self, claim: Claim) -> list[str]:
        """The ids of the runs that have what a claim waits for, and of those before it."""
        with self._condition:
            if not self._waits(claim):
                return []
            before = [one for one in _in_order({*self._waiting, claim}) if one is not claim]
            first = before[: _in_order({*before, claim}).index(claim)]
            return [one.run_id for one in (*self._held, *first) if one is not claim]

    def _waits(self, claim: Claim) -> bool:
        if self._divisible:
            return bool(self._division_reason(claim))
        return claim in self._waiting

    def waiting_reason(self, claim: Claim) -> str:
        """For what a claim waits, as a sentence; empty if it does not wait."""
        with self._condition:
            if self._divisible:
                return self._division_reason(claim)
            held, total = self._held.get(claim, 0), self.total
            missing = self._size(claim) - held
            if not missing or not (held or claim in self._waiting):
                return ""
            if held:
                workers = f"{missing} more of the {total} workers"
            else:
                workers = "the only worker" if total == 1 else f"{missing} of the {total} workers"
            holders = [other for other in self._held if other is not claim]
            first = _in_order({*self._waiting, claim})[0]
            named = {claim, first, *holders}
            sentence = f"It waits for {workers} of {self.place}, {_who_have(holders, named)}."
            return sentence if first is claim else f"{sentence} {_name(first, named)} comes first."

    def _division_reason(self, claim: Claim) -> str:
        """The reason of a claim that gets no part of what is divided."""
        total = self.total
        if claim not in self._held or not total:
            return ""
        parts = _divide(self._held, total)
        if parts[claim]:
            return ""
        holders = [other for other, part in parts.items() if part]
        return f"It waits for a worker of {self.place}, {_who_have(holders, {claim, *holders})}."

    @property
    def _waiting(self) -> list[Claim]:
        held = self._held.keys() | self._beside
        return [claim for claim in self._asking if claim not in held]

    def _size(self, claim: Claim) -> int:
        return self.total if claim.limit is None else min(claim.limit, self.total)

    def _give_out(self) -> None:
        """Give free workers to those that come first, as far as the workers go.

        A claim that waits gets all that it wants or nothing, and then nobody after it does. What
        takes none has what it wants at once.
        """
        self._beside.update(claim for claim in self._waiting if claim.takes_none)
        if self._divisible:
            self._held.update(dict.fromkeys(self._waiting, 0))
            return
        for claim, workers in self._held.items():
            self._held[claim] = min(workers, self._size(claim))
        free = self.total - sum(self._held.values())
        for claim in _in_order([*self._held, *self._waiting]):
            missing = self._size(claim) - self._held.get(claim, 0)
            if claim in self._held:
                missing = min(missing, free)
            elif missing > free:
                return
            self._held[claim] = self._held.get(claim, 0) + missing
            free -= missing


def _in_order(claims: Iterable[Claim]) -> list[Claim]:
    return sorted(claims, key=lambda claim: (-claim.priority, claim.order))


def _divide(claims: Iterable[Claim], total: int) -> dict[Claim, int]:
    """Equal parts of `total` for claims of the same priority, the largest priority first."""
    parts: dict[Claim, int] = {}
    for _, equals in itertools.groupby(_in_order(claims), key=lambda claim: claim.priority):
        of_equals = _equal_parts(list(equals), total)
        parts |= of_equals
        total -= sum(of_equals.values())
    return parts


def _equal_parts(claims: list[Claim], total: int) -> dict[Claim, int]:
    """Parts of `total`, equal as far as limits allow; what is left over goes to the first ones."""
    wanted = {claim: total if claim.limit is None else claim.limit for claim in claims}
    level, left = total, total
    for number, count in enumerate(sorted(wanted.values())):
        level = left // (len(claims) - number)
        if count > level:
            break
        left -= count
    parts = {claim: min(count, level) for claim, count in wanted.items()}
    left = total - sum(parts.values())
    for claim in [claim for claim in claims if wanted[claim] > parts[claim]][:left]:
        parts[claim] += 1
    return parts


def _name(claim: Claim, among: Iterable[Claim]) -> str:
    """The quoted name; with the time at which its run was created if others have the same."""
    is_only = [other.name for other in among].count(claim.name) == 1
    clock = time.strftime("%H:%M:%S", time.localtime(claim.created))
    return f"'{claim.name}'" if is_only else f"'{claim.name}' of {clock}"


def _who_have(claims: Iterable[Claim], among: Iterable[Claim]) -> str:
    """Such as `which 'first' and 'second' have`."""
    names = [_name(claim, among) for claim in claims] or ["nobody"]
    if (others := len(names) - _MOST_NAMES) > 1:
        names[_MOST_NAMES:] = [f"{others} other runs"]
    *first_names, last = names
    return f"which {', '.join(first_names)} and {last} have" if first_names else f"which {last} has"
