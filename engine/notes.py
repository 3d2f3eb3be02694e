"""What is noted while a sub-network is measured, by whatever measures it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Notes:
    """What meters and tasks record during the measurement of a sub-network.

    `latency` has what happened while a latency was timed, `quality` the conditions under which
    quality was measured, which `quality_conditions` returns, with the number of `inputs`.
    """

    latency: dict[str, float] = field(default_factory=dict)
    quality: dict[str, str | int] = field(default_factory=dict)


_notes: ContextVar[Notes | None] = ContextVar("notes", default=None)


@contextmanager
def collect_notes() -> Iterator[Notes]:
    """Collects the arguments of `add_notes` and `add_quality_notes` within the context."""
    notes = Notes()
    token = _notes.set(notes)
    try:
        yield notes
    finally:
        _notes.reset(token)


def add_notes(**facts: float) -> None:
    """Record what happened during a latency measurement; zeros are omitted, the largest is kept."""
    notes = _notes.get()
    if notes is not None:
        for name, value in facts.items():
            if value:
                notes.latency[name] = max(round(value, 3), notes.latency.get(name, 0.0))


def add_quality_notes(**facts: str | int) -> None:
    """Record the conditions under which quality was measured."""
    notes = _notes.get()
    if notes is not None:
        notes.quality.update(facts)
