"""The ask/tell contract, and the bookkeeping that every approach shares."""

from abc import ABC, abstractmethod
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from threadpoolctl import ThreadpoolController

from engine.evaluation.record import WARM_START_CYCLE, Evaluation
from engine.predictors.quality import FittedPredictor
from engine.search.problem import Problem
from engine.search_methods import algorithms_for
from engine.space import Genotypes


@dataclass(frozen=True)
class Proposal:
    """A sub-network to measure, and what the predictors say of it."""

    genotype: Genotypes
    cycle: int
    predicted: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """The proposals of one cycle, made when `after` evaluations had been told.

    `fitted` names the predictor of each predicted metric. One that `repeats` proposes again what
    failed, outside of the cycles.
    """

    cycle: int
    after: int
    proposals: Sequence[Proposal]
    fitted: Mapping[str, FittedPredictor] = field(default_factory=dict)
    repeats: bool = False


class Strategy(ABC):
    """Proposes sub-networks and learns what became of them.

    No I/O, no threads, no torch. The state is a pure function of the plans made and evaluations
    told: `restore` brings back both from a log, and the search goes on as if never interrupted.
    Evaluations of cycle `WARM_START_CYCLE` are older than the search and use no budget. A plan
    draws its randomness from (seed, cycle) alone. No sub-network is ever proposed twice, but for
    one that failed and is to be tried again.

    With `whole_cycles` a cycle is planned when all before it have been told: it then depends on
    their results alone, not on which of them came first.
    """

    whole_cycles = False

    def __init__(
        self, problem: Problem, population: int, budget: int, seed: int,
        algorithm: str | None = None,
    ) -> None:  # fmt: skip
        self.problem, self.population, self.seed = problem, population, seed
        self.algorithm = algorithm or algorithms_for(len(problem.objectives))[0]
        self.budget = budget
        self.told: list[Evaluation] = []
        self._answered = 0
        self._seen: set[bytes] = set()
        self._queue: deque[Proposal] = deque()
        self._planned = 0
        self._cycle = 0
        self.fitted: Mapping[str, FittedPredictor] = {}
        self.on_plan: Callable[[Plan], None] = lambda plan: None

    def ask(self, n: int) -> list[Proposal]:
        """Up to `n` proposals never made before.

        None when the budget or the space is used up, or while what is being measured decides.
        """
        asked: list[Proposal] = []
        while len(asked) < n:
            if not self._queue and not self._next_cycle():
                break
            asked.append(self._queue.popleft())
        return asked

    def tell(self, evaluations: Sequence[Evaluation]) -> None:
        """Learn from evaluations, in the order of the log; failed ones too."""
        self.told.extend(evaluations)
        self._answered += sum(e.cycle != WARM_START_CYCLE for e in evaluations)

    @property
    def ending(self) -> str:
        """Why `ask` gives nothing more although budget is left, as a sentence; empty without any.

        Only of a search of which nothing is being measured.
        """
        size = self.problem.space.size
        if self._planned >= self.budget:
            return ""
        if len(self._seen) >= size:
            return f"All sub-networks of the space were proposed: there are {size:,}."
        if self.problem.countable:
            return "Every sub-network that keeps to the constraints was proposed."
        return (
            "Random draws found no further sub-network that keeps to the constraints; in a space "
            "this large there may be more."
        )

    def restore(self, evaluations: Sequence[Evaluation], plans: Sequence[Plan]) -> None:
        """Take up the state after `plans` were made and `evaluations` told."""
        space = self.problem.space
        self.tell(evaluations)
        self._seen.update(space.key(np.array(e.genotype)) for e in evaluations)
        for plan in plans:
            self._accept(plan)
        answers = Counter(
            space.key(np.array(e.genotype)) for e in evaluations if e.cycle != WARM_START_CYCLE
        )
        proposed, self._queue = self._queue, deque()
        for proposal in proposed:
            key = space.key(proposal.genotype)
            if answers[key]:
                answers[key] -= 1  # the first answer is to the first proposal
            else:
                self._queue.append(proposal)

    @abstractmethod
    def plan(self, cycle: int, n: int) -> list[Proposal]:
        """At most `n` proposals of a cycle, from `told`, not in `_seen`. Cycle 0 is the first.

        None means that there is nothing more to measure until more has been told. What predicted
        them is left in `fitted`.
        """

    def _next_cycle(self) -> bool:
        room = self.budget - self._planned
        if room <= 0 or len(self._seen) >= self.problem.space.size:
            return False
        if self.whole_cycles and self._answered < self._planned:
            return False
        self.fitted = {}
        with _thread_pools().limit(limits=1):  # small matrices, and workers need the cores
            proposals = self.plan(self._cycle, room)
        plan = Plan(self._cycle, len(self.told), proposals, self.fitted)
        if not plan.proposals:
            return False
        self._accept(plan)
        self.on_plan(plan)
        return True

    def _accept(self, plan: Plan) -> None:
        self._queue.extend(plan.proposals)
        self._seen.update(self.problem.space.key(p.genotype) for p in plan.proposals)
        self._planned += len(plan.proposals)
        if not plan.repeats:
            self._cycle = plan.cycle + 1

    def _rng(self, cycle: int) -> np.random.Generator:
        return np.random.default_rng((self.seed, cycle))


@cache
def _thread_pools() -> ThreadpoolController:
    """Those of all libraries that plans use; finding them takes milliseconds."""
    return ThreadpoolController()
