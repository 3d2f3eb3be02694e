"""Plans are made in the background: who takes and tells never waits for one."""

import threading
import time
from dataclasses import dataclass

import numpy as np
import pytest

from engine.runs.planner import Planner
from engine.search.strategy import Plan, Proposal
from tests.engine.runs.test_service import wait_for


@dataclass
class Told:
    number: int


class Cycles:
    """A strategy whose cycles have so many proposals each, and which waits at a `gate`."""

    stop_reason = "There are no more."

    def __init__(self, sizes, gate=None):
        self.sizes, self.gate = list(sizes), gate
        self.budget, self.told, self.told_at = 100, [], []
        self.on_plan = lambda plan: None

    def tell(self, evaluations):
        self.told += evaluations

    def ask_cycle(self):
        if self.gate:
            assert self.gate.wait(60)
        self.told_at.append(len(self.told))
        if not self.sizes:
            return []
        proposals = [Proposal(np.array([i]), len(self.told_at)) for i in range(self.sizes.pop(0))]
        self.on_plan(Plan(len(self.told_at), len(self.told), proposals))
        return proposals


@pytest.fixture
def planner():
    planners = []

    def make(sizes, gate=None):
        planners.append(Planner(Cycles(sizes, gate)))
        return planners[-1]

    yield make
    for planner in planners:
        planner.close()


def taken(planner):
    """The next proposal, once its plan is made."""
    planner.plan_ahead(1, 0.0, 1)
    wait_for(lambda: not planner.is_planning or planner._future.done())
    return planner.take()


def told(planner):
    """As `taken`, and its result is told."""
    proposal = taken(planner)
    planner.tell([Told(0)])
    return proposal


def test_neither_taking_nor_telling_waits_for_a_plan(planner):
    gate = threading.Event()
    slow = planner([1], gate)
    slow.plan_ahead(1, 0.0, 1)
    start = time.monotonic()
    assert slow.take() is None
    slow.tell([Told(1)])
    assert time.monotonic() - start < 1
    assert slow.is_planning
    gate.set()
    wait_for(lambda: slow.take() is not None)


def test_a_plan_is_known_before_its_first_proposal_is_handed_out(planner):
    cycles, plans = planner([2, 1]), []
    cycles.on_plan = plans.append
    assert taken(cycles) is not None
    assert [len(plan.proposals) for plan in plans] == [2]


def test_a_plan_learns_from_what_was_told_before_it_began(planner):
    gate = threading.Event()
    cycles = planner([1, 1], gate)
    cycles.tell([Told(1)])
    cycles.plan_ahead(2, 0.0, 2)
    cycles.tell([Told(2)])
    gate.set()
    wait_for(lambda: cycles.take() is not None)
    assert taken(cycles) is not None
    assert cycles._strategy.told_at == [1, 2]


def test_with_one_worker_the_next_plan_begins_when_every_result_is_told(planner):
    cycles = planner([2, 1])
    assert told(cycles) is not None
    assert taken(cycles) is not None
    cycles.plan_ahead(1, 0.001, 1)
    assert not cycles.is_planning
    cycles.tell([Told(2)])
    cycles.plan_ahead(1, 0.001, 1)
    assert cycles.is_planning


def test_with_many_workers_a_plan_begins_before_they_could_take_what_is_left(planner):
    cycles = planner([8, 1])
    assert taken(cycles) is not None
    cycles.seconds = 1.0
    cycles.plan_ahead(4, 1.0, 0)  # four are finished in the second that a plan takes
    assert not cycles.is_planning
    for _ in range(4):
        assert cycles.take() is not None
    cycles.plan_ahead(4, 1.0, 0)
    assert cycles.is_planning


def test_a_plan_supplies_the_workers_until_the_one_after_it(planner):
    cycles = planner([1])
    cycles.seconds = 2.0
    cycles.plan_ahead(100, 10.0, 7)  # twenty are finished in the two seconds that a plan takes
    assert cycles._strategy.smallest_plan == 7 + 1.5 * 20


def test_with_one_worker_plans_are_as_large_as_ever(planner):
    cycles = planner([1])
    cycles.seconds = 2.0
    cycles.plan_ahead(1, 0.1, 1)
    assert cycles._strategy.smallest_plan == 0


def test_it_is_exhausted_only_where_a_plan_that_knew_everything_had_nothing(planner):
    cycles = planner([1])
    assert not cycles.is_exhausted
    assert told(cycles) is not None
    assert not cycles.is_exhausted
    assert taken(cycles) is None
    assert cycles.is_exhausted
    cycles.tell([Told(1)])
    assert not cycles.is_exhausted
    assert taken(cycles) is None
    assert cycles.is_exhausted
    cycles.budget = 200  # as when a run is extended
    assert not cycles.is_exhausted


def test_the_error_of_a_plan_is_raised_where_its_proposals_are_taken(planner):
    cycles = planner([1])
    cycles._strategy.ask_cycle = lambda: 1 / 0
    cycles.plan_ahead(1, 0.0, 1)
    with pytest.raises(ZeroDivisionError):
        wait_for(lambda: cycles.take() is not None)


def test_whoever_waits_is_told_when_a_plan_is_ready(planner):
    cycles, ready = planner([1]), threading.Event()
    cycles.on_ready = ready.set
    cycles.plan_ahead(1, 0.0, 1)
    assert ready.wait(60)


def test_a_resumed_run_whose_evaluations_take_long_begins_with_a_plan(planner):
    plans = planner([3])
    plans.plan_ahead(workers=8, seconds_per_evaluation=60.0, free_workers=8)
    assert plans.is_planning
