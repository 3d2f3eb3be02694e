"""The ask/tell interface of search approaches, and the state that all of them share."""

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
from engine.search.sibling import Sibling
from engine.search_methods import algorithms_for
from engine.space import Genotypes


@dataclass(frozen=True)
class Proposal:
    """A sub-network to measure, and its predicted metrics."""

    genotype: Genotypes
    cycle: int
    predicted: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """The proposals of one cycle, made after `evaluation_count` evaluations.

    `fitted_predictors` has the predictor of each predicted metric. `seconds` is how long planning
    took, None if that is unknown. A plan that `is_retry` proposes
    failed sub-networks again and belongs to no cycle. `computed` is how many sub-networks a search
    that measures nothing had computed by then.
    """

    cycle: int
    evaluation_count: int
    proposals: Sequence[Proposal]
    fitted_predictors: Mapping[str, FittedPredictor] = field(default_factory=dict)
    is_retry: bool = False
    seconds: float | None = None
    computed: int | None = None


class Strategy(ABC):
    """Proposes sub-networks and learns from their evaluations.

    No I/O, no threads, no torch. The state is a pure function of the plans and the evaluations:
    `restore` takes both from a log, and the search continues as if never interrupted. Evaluations
    of cycle `WARM_START_CYCLE` precede the search and cost no budget. A plan draws its randomness
    from (seed, cycle) alone. No sub-network is proposed twice, except for one that failed and is
    retried.

    A `synchronous` strategy plans a cycle only when all earlier proposals have been evaluated: a
    cycle then depends on their results, not on the order in which they arrived.

    `smallest_plan` is how many proposals the next plan should have at least, so that no worker is
    without one until the plan after it. A synchronous strategy takes no notice of it.

    `sibling` has what a run of a sibling supernet found. An approach that makes use of it measures
    members of its front first.
    """

    synchronous = False
    smallest_plan = 0
    sibling: Sibling | None = None

    def __init__(
        self, problem: Problem, population: int, budget: int, seed: int,
        algorithm: str | None = None,
    ) -> None:  # fmt: skip
        self.problem, self.population, self.seed = problem, population, seed
        self.algorithm = algorithm or algorithms_for(len(problem.objectives))[0]
        self.budget = budget
        self.evaluations: list[Evaluation] = []
        self._result_count = 0
        self._known_keys: set[bytes] = set()
        self._pending: dict[bytes, Genotypes] = {}
        self._queue: deque[Proposal] = deque()
        self._proposal_count = 0
        self._cycle = 0
        self.fitted_predictors: Mapping[str, FittedPredictor] = {}
        self.on_plan: Callable[[Plan], None] = lambda plan: None

    def ask(self, n: int) -> list[Proposal]:
        """Up to `n` proposals never made before.

        None when the budget or the space is used up, or until pending evaluations are reported.
        """
        proposals: list[Proposal] = []
        while len(proposals) < n:
            if not self._queue and not self._next_cycle():
                break
            proposals.append(self._queue.popleft())
        return proposals

    def ask_cycle(self) -> list[Proposal]:
        """All proposals that are left, or those of the next cycle; none as for `ask`."""
        if not self._queue:
            self._next_cycle()
        proposals, self._queue = list(self._queue), deque()
        return proposals

    @property
    def computed_count(self) -> int | None:
        """How many sub-networks the search has computed; None if it proposes all that it has."""
        return None

    @property
    def pending_genotypes(self) -> Genotypes:
        """`(p, genes)` the sub-networks that were proposed and have no result yet."""
        pending = list(self._pending.values())
        return np.array(pending, dtype=np.int64).reshape(-1, len(self.problem.space.genes))

    def tell(self, evaluations: Sequence[Evaluation]) -> None:
        """Learn from evaluations, in the order of the log; failed ones too."""
        self.evaluations.extend(evaluations)
        for evaluation in evaluations:
            self._pending.pop(self.problem.space.key(np.array(evaluation.genotype)), None)
        self._result_count += sum(e.cycle != WARM_START_CYCLE for e in evaluations)

    @property
    def stop_reason(self) -> str:
        """Why `ask` returns nothing although budget is left, as a sentence; empty without a reason.

        Valid only while no evaluation is pending.
        """
        size = self.problem.space.size
        if self._proposal_count >= self.budget:
            return ""
        if len(self._known_keys) >= size:
            return f"All sub-networks of the space were proposed: there are {size:,}."
        if self.problem.is_enumerable:
            return "Every sub-network that keeps to the constraints was proposed."
        return (
            "Random draws found no further sub-network that keeps to the constraints; in a space "
            "this large there may be more."
        )

    def restore(self, evaluations: Sequence[Evaluation], plans: Sequence[Plan]) -> None:
        """Restore the state after `plans` were made and `evaluations` reported."""
        space = self.problem.space
        self.tell(evaluations)
        self._known_keys.update(space.key(np.array(e.genotype)) for e in evaluations)
        for plan in plans:
            self._enqueue(plan)
        result_counts = Counter(
            space.key(np.array(e.genotype)) for e in evaluations if e.cycle != WARM_START_CYCLE
        )
        proposals, self._queue = self._queue, deque()
        self._pending = {}
        for proposal in proposals:
            key = space.key(proposal.genotype)
            if result_counts[key]:
                result_counts[key] -= 1  # the first result belongs to the first proposal
            else:
                self._queue.append(proposal)
                self._pending[key] = proposal.genotype

    def supplying_size(self, usual_size: int) -> int:
        """How many proposals a plan makes that usually has `usual_size`: enough for all workers."""
        return usual_size if self.synchronous else max(usual_size, self.smallest_plan)

    @abstractmethod
    def plan(self, cycle: int, n: int) -> list[Proposal]:
        """At most `n` proposals of a cycle, none with a key in `_known_keys`. Cycle 0 is the first.

        An empty list means that more evaluations are needed first. Predictors that the plan uses
        are stored in `fitted_predictors`.
        """

    def _next_cycle(self) -> bool:
        remaining_budget = self.budget - self._proposal_count
        if remaining_budget <= 0 or len(self._known_keys) >= self.problem.space.size:
            return False
        if self.synchronous and self._result_count < self._proposal_count:
            return False
        self.fitted_predictors = {}
        with _thread_pools().limit(limits=1):  # small matrices, and workers need the cores
            proposals = self.plan(self._cycle, remaining_budget)
        plan = Plan(
            self._cycle, len(self.evaluations), proposals, self.fitted_predictors,
            computed=self.computed_count,
        )  # fmt: skip
        if not plan.proposals:
            return False
        self._enqueue(plan)
        self.on_plan(plan)
        return True

    def _enqueue(self, plan: Plan) -> None:
        self._queue.extend(plan.proposals)
        by_key = {self.problem.space.key(p.genotype): p.genotype for p in plan.proposals}
        self._known_keys.update(by_key)
        self._pending.update(by_key)
        self._proposal_count += len(plan.proposals)
        if not plan.is_retry:
            self._cycle = plan.cycle + 1

    def _rng(self, cycle: int) -> np.random.Generator:
        return np.random.default_rng((self.seed, cycle))


@cache
def _thread_pools() -> ThreadpoolController:
    """The thread pools of all loaded libraries; finding them takes milliseconds."""
    return ThreadpoolController()
