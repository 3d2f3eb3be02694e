"""ImportReport: the report on the rows of an imported results CSV."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from engine.metrics import metric

MAX_EXAMPLES = 5
"""The number of lines and conflicts that a report lists; others are only counted."""


@dataclass(frozen=True)
class Refusal:
    """Rows that were refused for one kind of reason.

    `lines` are the lines of the first of them, `reason` is that of the first row.
    """

    rows: int
    lines: tuple[int, ...]
    reason: str

    @property
    def sentence(self) -> str:
        """Such as `3 rows refused (lines 4, 9 and 12). Line 4: ...`."""
        lines = _lines(self.lines, self.rows)
        if self.rows == 1:
            return f"1 row refused, line {self.lines[0]}: {self.reason}"
        return f"{self.rows:,} rows refused ({lines}). Line {self.lines[0]}: {self.reason}"


@dataclass(frozen=True)
class Conflict:
    """A repeated sub-network with other values: `kept` in line `first`, `other` in line `later`."""

    metric: str
    first: int
    kept: float
    later: int
    other: float

    @property
    def sentence(self) -> str:
        """Such as `Accuracy is 75.4 % in line 2 and 76.1 % in line 9`."""
        conflict_metric = metric(self.metric)
        values = [
            f"{value:,.10g} {conflict_metric.unit}".rstrip() for value in (self.kept, self.other)
        ]
        first, later = f"{values[0]} in line {self.first}", f"{values[1]} in line {self.later}"
        return f"{conflict_metric.label} is {first} and {later}"


@dataclass(frozen=True)
class ImportReport:
    """The counts of the rows of the file `origin`, imported as sub-networks of `supernet`.

    Each row is `distinct`, `repeated`, refused, or `failed` according to the file itself.
    `incomplete` counts distinct sub-networks without a required metric, `lacking` by metric. A
    repeated sub-network keeps the values of its first row; `conflicting` counts rows with values
    that differ beyond measurement noise, `conflicts` lists the first of them. `confirmed` counts
    the rows whose MACs are those of the supernet. `warnings` are sentences on possible problems,
    `notes` on the interpretation of the file.
    """

    origin: str
    supernet: str
    rows: int
    distinct: int
    repeated: int
    failed: int
    confirmed: int
    refusals: tuple[Refusal, ...] = ()
    conflicting: int = 0
    conflicts: tuple[Conflict, ...] = ()
    incomplete: int = 0
    lacking: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def refused(self) -> int:
        """The number of refused rows."""
        return sum(refusal.rows for refusal in self.refusals)

    @property
    def usable(self) -> int:
        """The number of distinct sub-networks with all required metrics."""
        return self.distinct - self.incomplete

    @property
    def counts(self) -> str:
        """The counts in one sentence."""
        parts = [
            f"{self.distinct:,} distinct",
            f"{self.repeated:,} repeated",
            f"{self.refused:,} refused",
            *([f"{self.failed:,} failed"] if self.failed else []),
        ]
        return f"{_counted(self.rows, 'row')}: {', '.join(parts)}."

    @property
    def confirmation(self) -> str:
        """A sentence on rows that confirm the supernet; empty if there are none."""
        if not self.confirmed:
            return ""
        agree = "agrees" if self.confirmed == 1 else "agree"
        return f"The MACs of {_counted(self.confirmed, 'row')} {agree} with {self.supernet}."

    @property
    def losses(self) -> list[str]:
        """One sentence per kind of rows and values that are not imported."""
        losses = [refusal.sentence for refusal in self.refusals]
        if self.conflicting:
            conflicts = "; ".join(conflict.sentence for conflict in self.conflicts)
            losses.append(
                f"{_counted(self.conflicting, 'row')} repeated a sub-network with other numbers; "
                f"those of its first row are kept. {conflicts}."
            )
        if self.incomplete:
            missing = " and ".join(
                f"{metric(name).label} in {rows:,}" for name, rows in self.lacking.items()
            )
            losses.append(
                f"{_counted(self.incomplete, 'sub-network')} left out that lack what the search "
                f"needs: {missing}."
            )
        return losses

    @property
    def sentences(self) -> list[str]:
        """All sentences of the report, the counts first."""
        sentences = [f"{self.origin}: {self.counts}", self.confirmation]
        sentences += [*self.warnings, *self.losses, *self.notes]
        return [sentence for sentence in sentences if sentence]

    @property
    def summary(self) -> str:
        """The message of an imported run; with the counts if rows were left out or repeated."""
        plain = f"{_counted(self.usable, 'sub-network')} imported from {self.origin}."
        plain = plain.replace(" imported", f" {'was' if self.usable == 1 else 'were'} imported", 1)
        if not (self.repeated or self.refused or self.failed or self.incomplete):
            return plain
        conflicting = f" {_counted(self.conflicting, 'repeated row')} with other numbers."
        return f"{plain} {self.counts}{conflicting if self.conflicting else ''}"

    def to_dict(self) -> dict[str, Any]:
        """Plain data, with all sentences of the report."""
        return {**asdict(self), "sentences": self.sentences}


def _lines(lines: Sequence[int], rows: int) -> str:
    """Such as `lines 4, 9 and 12`, `lines 4, 9, 12, 13, 20 and 180 more`."""
    numbers = [str(line) for line in lines]
    if rows > len(lines):
        return f"lines {', '.join(numbers)} and {rows - len(lines):,} more"
    return (
        f"lines {', '.join(numbers[:-1])} and {numbers[-1]}"
        if len(numbers) > 1
        else f"line {numbers[0]}"
    )


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
