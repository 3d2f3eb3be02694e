"""DistinctRows: merges rows of a results CSV that are of the same sub-network."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.metrics import metric
from engine.runs.importing.report import MAX_EXAMPLES, Conflict
from engine.runs.importing.tolerances import differs_beyond_noise


@dataclass
class DistinctRow:
    """A sub-network: its first row, that row's line in the file, and the values of all its rows.

    `source_rows` are the indices of the rows with the values, by metric.
    """

    row_index: int
    line: int
    metrics: dict[str, float]
    source_rows: dict[str, int]


class DistinctRows:
    """The distinct sub-networks of the added rows.

    The first value of each metric is kept; later rows add missing metrics.
    """

    def __init__(self) -> None:
        self._by_key: dict[bytes, DistinctRow] = {}
        self.repeated = 0
        self.conflicting = 0
        self.conflicts: list[Conflict] = []

    @property
    def rows(self) -> list[DistinctRow]:
        """The distinct sub-networks in the order of the file."""
        return list(self._by_key.values())

    def add(self, key: bytes, row_index: int, line: int, metrics: Mapping[str, float]) -> None:
        """Add a row with `metrics` of the sub-network `key`."""
        source_rows = dict.fromkeys(metrics, row_index)
        first_row = self._by_key.setdefault(
            key, DistinctRow(row_index, line, dict(metrics), source_rows)
        )
        if first_row.row_index == row_index:
            return
        self.repeated += 1
        conflicts = [
            Conflict(name, first_row.line, first_row.metrics[name], line, value)
            for name, value in metrics.items()
            if name in first_row.metrics
            and differs_beyond_noise(metric(name), first_row.metrics[name], value)
        ]
        self.conflicting += bool(conflicts)
        self.conflicts += conflicts[: MAX_EXAMPLES - len(self.conflicts)]
        first_row.metrics.update({**metrics, **first_row.metrics})
        first_row.source_rows.update({**source_rows, **first_row.source_rows})
