"""The measurements of a run on a cluster: which is sent next."""

from concurrent.futures import Future
from dataclasses import dataclass, field

import pytest

from engine.cluster.task_queue import TaskQueue


@dataclass(eq=False)
class Asked:
    id: str
    outcome: Future = field(default_factory=Future)


@pytest.fixture
def tasks():
    return [Asked(name) for name in "abcd"]


@pytest.fixture
def queue(tasks):
    queue = TaskQueue()
    for task in tasks:
        queue.add(task)
    return queue


def sent(queue, limit):
    names = []
    while (task := queue.next_to_send(limit)) is not None:
        names.append(task.id)
    return names


def test_the_oldest_are_sent_until_there_are_as_many_as_may_run(queue, tasks):
    assert sent(queue, 2) == ["a", "b"]
    assert queue.pop(tasks[0].outcome) is tasks[0]
    assert sent(queue, 2) == ["c"]


def test_one_that_is_removed_is_neither_found_nor_sent(queue, tasks):
    queue.pop(tasks[0].outcome)
    assert queue.get(tasks[0].outcome) is None
    assert queue.with_id("a") is None
    assert queue.pop(tasks[0].outcome) is None
    assert sent(queue, 9) == ["b", "c", "d"]
    assert len(queue) == 3


def test_one_that_was_sent_in_vain_comes_first(queue, tasks):
    assert sent(queue, 3) == ["a", "b", "c"]
    queue.wait(tasks[1])
    assert sent(queue, 9) == ["b", "d"]


def test_after_all_is_lost_everything_is_sent_again_in_order(queue):
    assert sent(queue, 3) == ["a", "b", "c"]
    queue.wait_all()
    assert sent(queue, 9) == list("abcd")
