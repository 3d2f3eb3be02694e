"""How runs share the workers of a machine, and those of a cluster."""

import threading
import time

import pytest

from engine.runs.worker_pool import Claim, WorkerPool
from tests.engine.runs.test_service import wait_for


def never():
    return False


def once():
    """What is false the first time that it is asked, and then true."""
    answers = iter([False])
    return lambda: next(answers, True)


@pytest.fixture
def machine():
    return WorkerPool("this machine", lambda: 4, divisible=False)


@pytest.fixture
def cluster():
    return WorkerPool("tcp://scheduler:8786", lambda: 10, divisible=True)


def waiting(pool, claim):
    """Let a claim wait in a thread; returns the list that gets the answer."""
    answers = []
    threading.Thread(target=lambda: answers.append(pool.acquire(claim, never)), daemon=True).start()
    wait_for(lambda: answers or pool.waiting_reason(claim))
    return answers


def test_a_run_begins_when_all_its_workers_are_free(machine):
    first, second = Claim("a", "first", 3), Claim("b", "second", 2)
    assert machine.acquire(first, never)
    answers = waiting(machine, second)
    assert machine.share(second) == 0
    machine.release(first)
    wait_for(lambda: answers == [True])
    assert machine.share(second) == 2


def test_a_claim_for_more_than_there_are_holds_all_and_makes_as_many_as_it_wants(machine):
    claim, other = Claim("a", "large", 100), Claim("b", "other", 1)
    assert machine.acquire(claim, never)
    assert machine.share(claim) == 100
    assert not machine.acquire(other, once())


def test_a_lowered_limit_frees_workers_at_once(machine):
    first, second = Claim("a", "first", 4), Claim("b", "second", 3)
    assert machine.acquire(first, never)
    answers = waiting(machine, second)
    machine.change(first, 1, 0)
    assert machine.share(first) == 1
    wait_for(lambda: answers == [True])
    assert machine.share(second) == 3


def test_a_raised_limit_gets_what_is_free_now_and_the_rest_later(machine):
    first, second = Claim("a", "first", 1), Claim("b", "second", 2)
    assert machine.acquire(first, never)
    assert machine.acquire(second, never)
    machine.change(first, None, 0)
    assert machine.share(first) == 2
    machine.release(second)
    assert machine.share(first) == 4


@pytest.mark.parametrize(("priority", "workers"), [(0, 3), (1, 2)])
def test_a_raised_limit_comes_before_later_runs_unless_these_are_more_urgent(
    machine, priority, workers
):
    first, second = Claim("a", "first", 2), Claim("b", "second", 4, priority)
    assert machine.acquire(first, never)
    waiting(machine, second)
    machine.change(first, 3, 0)
    assert machine.share(first) == workers


def test_the_queue_keeps_its_order_and_says_for_what_each_run_waits(machine):
    holder, large, small = Claim("a", "holder", 3), Claim("b", "large", 4), Claim("c", "small", 1)
    assert machine.acquire(holder, never)
    large_answers = waiting(machine, large)
    small_answers = waiting(machine, small)
    assert machine.waiting_reason(large) == (
        "It waits for 4 of the 4 workers of this machine, which 'holder' has."
    )
    assert machine.waiting_reason(small) == (
        "It waits for 1 of the 4 workers of this machine, which 'holder' has. 'large' comes first."
    )
    machine.go_first(small)
    wait_for(lambda: small_answers == [True])
    assert not large_answers
    machine.release(holder)
    machine.release(small)
    wait_for(lambda: large_answers == [True])
    assert machine.waiting_reason(large) == ""


def test_runs_of_the_same_name_are_told_apart_by_their_time(machine):
    holder, second, third = (
        Claim(letter, "same", 4, created=1e9 + seconds)
        for letter, seconds in (("a", 1), ("b", 2), ("c", 3))
    )
    assert machine.acquire(holder, never)
    waiting(machine, second)
    waiting(machine, third)
    has, first = (time.strftime("%H:%M:%S", time.localtime(1e9 + s)) for s in (1, 2))
    assert machine.waiting_reason(third) == (
        f"It waits for 4 of the 4 workers of this machine, which 'same' of {has} has. "
        f"'same' of {first} comes first."
    )


def test_a_claim_of_a_larger_priority_comes_first(machine):
    holder, early, late = Claim("a", "holder", 4), Claim("b", "early", 4), Claim("c", "late", 4, 1)
    assert machine.acquire(holder, never)
    early_answers, late_answers = waiting(machine, early), waiting(machine, late)
    machine.release(holder)
    wait_for(lambda: late_answers == [True])
    assert not early_answers


def test_one_that_is_cancelled_waits_no_longer(machine):
    assert machine.acquire(Claim("a", "holder", 4), never)
    claim = Claim("b", "second", 1)
    assert not machine.acquire(claim, lambda: True)
    assert machine.waiting_reason(claim) == ""


def test_runs_on_a_cluster_divide_it_as_their_limits_allow(cluster):
    small, large, other = Claim("a", "small", 2), Claim("b", "large", None), Claim("c", "other", 9)
    assert cluster.acquire(large, never)
    assert cluster.share(large) == 10
    assert cluster.acquire(small, never)
    assert cluster.acquire(other, never)
    shares = [cluster.share(claim) for claim in (small, large, other)]
    assert shares == [2, 4, 4]
    cluster.release(large)
    assert [cluster.share(claim) for claim in (small, large, other)] == [2, 0, 8]


def test_a_larger_priority_takes_what_it_may_and_others_get_the_rest(cluster):
    urgent, other = Claim("a", "urgent", 7, priority=1), Claim("b", "other", None)
    assert cluster.acquire(other, never)
    assert cluster.acquire(urgent, never)
    assert (cluster.share(urgent), cluster.share(other)) == (7, 3)
    cluster.change(other, None, 2)
    assert (cluster.share(urgent), cluster.share(other)) == (0, 10)
    assert cluster.waiting_reason(other) == ""
    assert cluster.waiting_reason(urgent) == (
        "It waits for a worker of tcp://scheduler:8786, which 'other' has."
    )
    cluster.go_first(urgent)
    assert (cluster.share(urgent), cluster.share(other)) == (5, 5)


def test_runs_keep_the_few_workers_of_a_cluster_until_one_goes_first(cluster):
    claims = [Claim(str(number), f"run {number}", None) for number in range(12)]
    for claim in claims:
        assert cluster.acquire(claim, never)
    assert [cluster.share(claim) for claim in claims] == [1] * 10 + [0] * 2
    cluster.go_first(claims[11])
    assert [cluster.share(claim) for claim in claims] == [1] * 9 + [0] * 2 + [1]
    assert cluster.waiting_reason(claims[9]).endswith(
        "which 'run 11', 'run 0', 'run 1' and 7 other runs have."
    )


@pytest.mark.parametrize("limits", [[None] * 3, [1, None, 20], [3, 3, 3], [None] * 20, [1]])
def test_no_worker_is_given_twice_and_none_is_left_while_one_is_wanted(cluster, limits):
    claims = [Claim(str(number), "run", limit) for number, limit in enumerate(limits)]
    for claim in claims:
        assert cluster.acquire(claim, never)
    shares = [cluster.share(claim) for claim in claims]
    wanted = sum(10 if limit is None else limit for limit in limits)
    assert sum(shares) == min(wanted, 10)
    assert all(limit is None or share <= limit for share, limit in zip(shares, limits, strict=True))


def test_one_that_measures_nothing_never_waits_and_takes_nothing_from_others(machine):
    holder, waits, free = (
        Claim("a", "holder", 4), Claim("b", "waits", 4), Claim("c", "free", 2, needs_none=True)
    )  # fmt: skip
    assert machine.acquire(holder, never)
    answers = waiting(machine, waits)
    assert machine.acquire(free, never)
    assert machine.share(free) == 2
    assert machine.waiting_reason(free) == ""
    assert machine.share(holder) == 4
    assert not answers
    machine.release(holder)
    wait_for(lambda: answers == [True])
    assert machine.share(waits) == 4, "what measures nothing has none of the workers"


@pytest.mark.parametrize("limit", [1, 4])
def test_one_that_is_asked_to_run_beside_others_begins_at_once(machine, limit):
    holder, claim = Claim("a", "holder", 4), Claim("b", "second", limit)
    assert machine.acquire(holder, never)
    answers = waiting(machine, claim)
    assert machine.holders(claim) == ["a"]
    machine.go_beside(claim)
    wait_for(lambda: answers == [True])
    assert (machine.share(holder), machine.share(claim)) == (4, limit)
    assert machine.holders(claim) == []
    machine.release(claim)
    assert not machine.acquire(claim, once()), "the next time it waits again"


def test_one_runs_beside_others_on_a_cluster_that_has_no_worker_for_it(cluster):
    urgent, other = Claim("a", "urgent", None, priority=1), Claim("b", "other", 3)
    assert cluster.acquire(urgent, never)
    assert cluster.acquire(other, never)
    assert cluster.share(other) == 0
    assert cluster.holders(other) == ["a"]
    cluster.go_beside(other)
    assert (cluster.share(urgent), cluster.share(other)) == (10, 3)


def test_those_that_come_before_hold_up_a_claim_as_well(machine):
    holder, large, small = Claim("a", "holder", 3), Claim("b", "large", 4), Claim("c", "small", 1)
    assert machine.acquire(holder, never)
    waiting(machine, large)
    waiting(machine, small)
    assert machine.holders(large) == ["a"]
    assert machine.holders(small) == ["a", "b"]
