"""TaskQueue: the measurements of a run on a cluster, those first that wait to be sent."""

from collections import OrderedDict
from collections.abc import Iterable
from concurrent.futures import Future
from typing import Any, Generic, Protocol, TypeVar


class Task(Protocol):
    """A measurement with an id, and the future that gets its outcome."""

    @property
    def id(self) -> str:
        """Differs from that of any other measurement."""
        ...

    @property
    def outcome(self) -> "Future[Any]":
        """The future that whoever asked for it has."""
        ...


_Task = TypeVar("_Task", bound=Task)


class TaskQueue(Generic[_Task]):
    """Tasks that have no outcome yet. What each call costs does not grow with their number.

    A task waits from `add` on, until `next_to_send` returns it, and again after `wait`.
    """

    def __init__(self) -> None:
        self._tasks: dict[Future[Any], _Task] = {}
        self._by_id: dict[str, _Task] = {}
        self._waiting: OrderedDict[str, _Task] = OrderedDict()

    def __len__(self) -> int:
        return len(self._tasks)

    def add(self, task: _Task) -> None:
        """Add a task, which waits after all others."""
        self._tasks[task.outcome] = self._by_id[task.id] = self._waiting[task.id] = task

    def values(self) -> Iterable[_Task]:
        """All tasks, in the order in which they were added."""
        return self._tasks.values()

    def get(self, outcome: "Future[Any]") -> _Task | None:
        """The task that sets this future; None if there is none."""
        return self._tasks.get(outcome)

    def with_id(self, task_id: str) -> _Task | None:
        """The task with this id; None if there is none."""
        return self._by_id.get(task_id)

    def pop(self, outcome: "Future[Any]") -> _Task | None:
        """Remove the task that sets this future, and return it; None if there is none."""
        task = self._tasks.pop(outcome, None)
        if task is not None:
            del self._by_id[task.id]
            self._waiting.pop(task.id, None)
        return task

    def clear(self) -> None:
        """Remove all tasks."""
        for tasks in (self._tasks, self._by_id, self._waiting):
            tasks.clear()

    def next_to_send(self, limit: int) -> _Task | None:
        """The task that waits longest, if fewer than `limit` are sent; it waits no more."""
        if not self._waiting or len(self._tasks) - len(self._waiting) >= limit:
            return None
        return self._waiting.popitem(last=False)[1]

    def wait(self, task: _Task) -> None:
        """Let a task that was sent wait again, before all others."""
        if task.id in self._by_id:
            self._waiting[task.id] = task
            self._waiting.move_to_end(task.id, last=False)

    def wait_all(self) -> None:
        """Let every task wait, in the order in which they were added."""
        self._waiting = OrderedDict(self._by_id)
