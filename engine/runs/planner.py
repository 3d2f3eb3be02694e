"""Planner: plans the cycles of a search in a thread of its own, while measurements go on."""

import math
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import replace

from engine.evaluation.record import Evaluation
from engine.search.strategy import Plan, Proposal, Strategy

_Planned = tuple[list[Plan], list[Proposal]]
"""The plans of a call, at most one, and their proposals."""

_MARGIN = 1.5  # of the proposals that are taken while a plan is made, which takes longer at times


class Planner:
    """Hands out the proposals of a strategy, and has it plan further ones in the background.

    Neither `take` nor `tell` waits for a plan. A plan learns from the evaluations that were told
    before it began; what is proposed and not yet told is pending for it. With one worker, a plan
    begins when every result is told: the same search gives the same plans. With more, plans grow
    with the number of proposals that workers take while one is made.

    `on_plan` is called in the thread that takes, before a proposal of the plan is handed out.
    `on_ready` is called, in any thread, when a plan is ready. Plans are made by `executor`, a
    thread of its own by default, and take so many seconds by `clock`.
    """

    def __init__(
        self,
        strategy: Strategy,
        executor: Executor | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._strategy, self._clock = strategy, clock
        self._executor = executor or ThreadPoolExecutor(1, thread_name_prefix="planner")
        self._future: Future[_Planned] | None = None
        self._ready: deque[Proposal] = deque()
        self._inbox: list[Evaluation] = []
        self._taken = self._told = 0
        self._planned_knowledge: tuple[int, int] | None = None
        self._empty_since: tuple[int, int] | None = None  # what a plan without proposals knew
        self.budget = strategy.budget
        self.seconds = 0.0  # of the last plan
        self.total_seconds, self.count = 0.0, 0
        self.on_plan: Callable[[Plan], None] = lambda plan: None
        self.on_ready: Callable[[], None] = lambda: None

    @property
    def is_planning(self) -> bool:
        """Whether a plan is being made, or was made and not looked at."""
        return self._future is not None

    @property
    def is_exhausted(self) -> bool:
        """Whether there are no proposals, and none can come before something else is told."""
        return not self._ready and not self.is_planning and self._empty_since == self._knowledge

    @property
    def stop_reason(self) -> str:
        """Why there are no proposals although budget is left, as the strategy says."""
        return self._strategy.stop_reason

    def tell(self, evaluations: Sequence[Evaluation]) -> None:
        """Learn from evaluations, in the order of the log; the next plan does."""
        self._inbox.extend(evaluations)
        self._told += len(evaluations)

    def take(self) -> Proposal | None:
        """The next proposal; None if there is none yet. Raises the error of a plan that failed."""
        self._collect()
        if not self._ready:
            return None
        self._taken += 1
        return self._ready.popleft()

    def plan_ahead(self, workers: int, seconds_per_evaluation: float, free_workers: int) -> None:
        """Begin a plan if the proposals left would not last until it is made.

        `free_workers` of the `workers` have nothing to do.
        """
        self._collect()
        if self.is_planning or self._empty_since == self._knowledge:
            return
        needed = self._needed_meanwhile(workers, seconds_per_evaluation)
        if len(self._ready) > max(needed - 1, 0) or (workers == 1 and self._told < self._taken):
            return
        idle = max(free_workers - len(self._ready), 0)
        self._strategy.smallest_plan = idle + needed if workers > 1 else 0
        self._strategy.budget = self.budget
        evaluations, self._inbox = self._inbox, []
        self._planned_knowledge = self._knowledge
        self._future = self._executor.submit(self._plan, evaluations)
        self._future.add_done_callback(lambda future: self.on_ready())

    def close(self) -> None:
        """Wait for the plan that is being made, which nobody needs any more."""
        self._executor.shutdown(wait=True, cancel_futures=True)

    def _needed_meanwhile(self, workers: int, seconds_per_evaluation: float) -> int:
        """How many proposals are taken while a plan is made; 0 with one worker."""
        if workers <= 1 or seconds_per_evaluation <= 0:
            return 0
        return math.ceil(_MARGIN * self.seconds * workers / seconds_per_evaluation)

    @property
    def _knowledge(self) -> tuple[int, int]:
        """What decides whether a plan can have proposals."""
        return self._told, self.budget

    def _plan(self, evaluations: Sequence[Evaluation]) -> _Planned:
        start = self._clock()
        self._strategy.tell(evaluations)
        plans: list[Plan] = []
        self._strategy.on_plan = plans.append
        proposals = self._strategy.ask_cycle()
        self.seconds = self._clock() - start
        self.total_seconds += self.seconds
        self.count += 1
        return [replace(plan, seconds=self.seconds) for plan in plans], proposals

    def _collect(self) -> None:
        """Take over the proposals of a plan that is made."""
        if self._future is None or not self._future.done():
            return
        future, self._future = self._future, None
        plans, proposals = future.result()
        if not proposals:
            self._empty_since = self._planned_knowledge
        for plan in plans:
            self.on_plan(plan)
        self._ready.extend(proposals)
