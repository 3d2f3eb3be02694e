"""What became of the rows of a results CSV: the one account that every door gives."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from engine.metrics import metric

SHOWN = 5
"""Lines and conflicts that a report names; the rest is counted."""


@dataclass(frozen=True)
class Refusal:
    """Rows that were left out for one kind of reason.

    `lines` are where the first of them begin, `reason` is that of the first.
    """

    rows: int
    lines: tuple[int, ...]
    reason: str

    @property
    def sentence(self) -> str:
        """Such as `3 rows refused (lines 4, 9 and 12). Line 4: ...`."""
        where = _lines(self.lines, self.rows)
        if self.rows == 1:
            return f"1 row refused, line {self.lines[0]}: {self.reason}"
        return f"{self.rows:,} rows refused ({where}). Line {self.lines[0]}: {self.reason}"


@dataclass(frozen=True)
class Conflict:
    """A sub-network that a later row gives other numbers: `kept` stands in line `first`."""

    metric: str
    first: int
    kept: float
    later: int
    other: float

    @property
    def sentence(self) -> str:
        """Such as `Accuracy is 75.4 % in line 2 and 76.1 % in line 9`."""
        known = metric(self.metric)
        values = [f"{value:,.10g} {known.unit}".rstrip() for value in (self.kept, self.other)]
        first, later = f"{values[0]} in line {self.first}", f"{values[1]} in line {self.later}"
        return f"{known.label} is {first} and {later}"


@dataclass(frozen=True)
class ImportReport:
    """How the rows of the file `origin` were taken as sub-networks of `supernet`.

    Each row is one of `distinct`, `repeated`, refused or `failed`: those that the file itself calls
    failed. Of the distinct ones, `incomplete` lack a metric that the run needs, by metric. A
    repeated sub-network keeps the numbers of its first row; `conflicting` rows give it others,
    beyond what repeated measurements differ by, and `conflicts` are the first of those.
    `confirmed` counts the rows whose MACs are those of the supernet. `warnings` are sentences on
    what a reader should check, `notes` on how the file was read.
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
        """How many rows could not be used."""
        return sum(refusal.rows for refusal in self.refusals)

    @property
    def usable(self) -> int:
        """How many distinct sub-networks have all that the run needs."""
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
        """What speaks for the supernet; that nothing does is one of the warnings."""
        if not self.confirmed:
            return ""
        agree = "agrees" if self.confirmed == 1 else "agree"
        return f"The MACs of {_counted(self.confirmed, 'row')} {agree} with {self.supernet}."

    @property
    def losses(self) -> list[str]:
        """A sentence for each kind of rows and numbers that are in the file and not in the run."""
        losses = [refusal.sentence for refusal in self.refusals]
        if self.conflicting:
            told = "; ".join(conflict.sentence for conflict in self.conflicts)
            losses.append(
                f"{_counted(self.conflicting, 'row')} repeated a sub-network with other numbers; "
                f"those of its first row are kept. {told}."
            )
        if self.incomplete:
            lacking = " and ".join(
                f"{metric(name).label} in {rows:,}" for name, rows in self.lacking.items()
            )
            losses.append(
                f"{_counted(self.incomplete, 'sub-network')} left out that lack what the search "
                f"needs: {lacking}."
            )
        return losses

    @property
    def sentences(self) -> list[str]:
        """The whole report, the counts first."""
        told = [f"{self.origin}: {self.counts}", self.confirmation]
        told += [*self.warnings, *self.losses, *self.notes]
        return [sentence for sentence in told if sentence]

    @property
    def summary(self) -> str:
        """What a run says of where it came from: the counts only where they tell more."""
        plain = f"{_counted(self.usable, 'sub-network')} imported from {self.origin}."
        plain = plain.replace(" imported", f" {'was' if self.usable == 1 else 'were'} imported", 1)
        if not (self.repeated or self.refused or self.failed or self.incomplete):
            return plain
        conflicting = f" {_counted(self.conflicting, 'repeated row')} with other numbers."
        return f"{plain} {self.counts}{conflicting if self.conflicting else ''}"

    def to_dict(self) -> dict[str, Any]:
        """Plain data, with the whole report in words."""
        return {**asdict(self), "sentences": self.sentences}


def _lines(lines: Sequence[int], rows: int) -> str:
    """Such as `lines 4, 9 and 12`, `lines 4, 9, 12, 13, 20 and 180 more`."""
    shown = [str(line) for line in lines]
    if rows > len(lines):
        return f"lines {', '.join(shown)} and {rows - len(lines):,} more"
    return (
        f"lines {', '.join(shown[:-1])} and {shown[-1]}" if len(shown) > 1 else f"line {shown[0]}"
    )


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
