"""Planner: plans the cycles of a search in a thread of its own, while measurements go on."""

import math
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from engine.evaluation.record import Evaluation
from engine.search.strategy import Plan, Proposal, Strategy

_Planned = tuple[list[Plan], list[Proposal]]
"""The plans of a call, at most one, and their proposals."""


class Planner:
    """Hands out the proposals of a strategy, and has it plan further ones in the background.

    Neither `take` nor `tell` waits for a plan. A plan learns from the evaluations that were told
    before it began; what is proposed and not yet told is pending for it. With one worker a plan
    begins when everything taken was told: it knows all results, and the same search gives the same
    plans.

    `on_plan` is called in the thread that takes, before a proposal of the plan is handed out.
    `on_ready` is called, in any thread, when a plan is ready.
    """

    def __init__(self, strategy: Strategy) -> None:
        self._strategy = strategy
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="planner")
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

    def plan_ahead(self, workers: int, seconds_per_evaluation: float) -> None:
        """Begin a plan if the proposals left would not last until it is made."""
        self._collect()
        if self.is_planning or self._empty_since == self._knowledge:
            return
        lead = 0
        if workers > 1 and seconds_per_evaluation > 0:
            finished_meanwhile = self.seconds * workers / seconds_per_evaluation
            lead = min(math.ceil(finished_meanwhile) - 1, workers)
        if len(self._ready) > lead or (workers == 1 and self._told < self._taken):
            return
        self._strategy.budget = self.budget
        evaluations, self._inbox = self._inbox, []
        self._planned_knowledge = self._knowledge
        self._future = self._executor.submit(self._plan, evaluations)
        self._future.add_done_callback(lambda future: self.on_ready())

    def close(self) -> None:
        """Wait for the plan that is being made, which nobody needs any more."""
        self._executor.shutdown(wait=True, cancel_futures=True)

    @property
    def _knowledge(self) -> tuple[int, int]:
        """What decides whether a plan can have proposals."""
        return self._told, self.budget

    def _plan(self, evaluations: Sequence[Evaluation]) -> _Planned:
        start = time.monotonic()
        self._strategy.tell(evaluations)
        plans: list[Plan] = []
        self._strategy.on_plan = plans.append
        proposals = self._strategy.ask_cycle()
        self.seconds = time.monotonic() - start
        self.total_seconds += self.seconds
        self.count += 1
        return plans, proposals

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
