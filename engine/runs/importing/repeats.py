"""Rows of a results CSV that are of one sub-network, made one."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.metrics import metric
from engine.runs.importing.agreement import beyond_noise
from engine.runs.importing.report import SHOWN, Conflict


@dataclass
class DistinctRow:
    """A sub-network: where the row that gave it first stands, and its numbers and its repeats'.

    `given_at` is where the row that gave each number stands.
    """

    place: int
    line: int
    metrics: dict[str, float]
    given_at: dict[str, int]


class DistinctRows:
    """The sub-networks of the rows that are added, each once.

    The first row that gives a number of a sub-network decides; a later one adds what is missing.
    """

    def __init__(self) -> None:
        self._by_key: dict[bytes, DistinctRow] = {}
        self.repeated = 0
        self.conflicting = 0
        self.conflicts: list[Conflict] = []

    @property
    def rows(self) -> list[DistinctRow]:
        """The sub-networks in the order of the file."""
        return list(self._by_key.values())

    def add(self, key: bytes, place: int, line: int, metrics: Mapping[str, float]) -> None:
        """Take the row that gives `metrics` of the sub-network `key`."""
        given_at = dict.fromkeys(metrics, place)
        known = self._by_key.setdefault(key, DistinctRow(place, line, dict(metrics), given_at))
        if known.place == place:
            return
        self.repeated += 1
        found = [
            Conflict(name, known.line, known.metrics[name], line, value)
            for name, value in metrics.items()
            if name in known.metrics and beyond_noise(metric(name), known.metrics[name], value)
        ]
        self.conflicting += bool(found)
        self.conflicts += found[: SHOWN - len(self.conflicts)]
        known.metrics.update({**metrics, **known.metrics})
        known.given_at.update({**given_at, **known.given_at})
