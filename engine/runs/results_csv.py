"""Reads evaluations from a results CSV: ours, DyNAS-T's or Neural Compressor's."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from engine.errors import ConfigError
from engine.evaluation.record import WARM_START_CYCLE, Evaluation
from engine.log.decoding import LATEST
from engine.metrics import metric, order_metrics
from engine.runs.garbage_collection import without_garbage_collection
from engine.runs.importing.cells import CellNumbers, read_numbers
from engine.runs.importing.columns import listed
from engine.runs.importing.configs import written_out
from engine.runs.importing.networks import SubNetworks, sub_networks
from engine.runs.importing.refusals import Refusals
from engine.runs.importing.repeats import DistinctRow
from engine.runs.importing.report import ImportReport
from engine.runs.importing.sorting import sort_rows
from engine.runs.importing.source import check_size
from engine.runs.importing.table import ResultsTable, read_table
from engine.sources import imported_source
from engine.supernets.base import Supernet


class OtherSupernetError(ConfigError):
    """A results CSV whose sub-networks are not those of the supernet that was chosen."""


def read_results(content: bytes | str, supernet: Supernet, origin: str) -> list[Evaluation]:
    """The distinct sub-networks of a results CSV as evaluations known before a search.

    `origin` names the file in errors and in the evaluations. What can be computed is computed anew.
    Raises ConfigError as `ResultsFile.read` and `ResultsFile.of` do.
    """
    return list(ResultsFile.read(content, origin).of(supernet).evaluations)


@dataclass(frozen=True)
class ImportedResults:
    """The distinct sub-networks of a results CSV, and what became of its rows."""

    evaluations: Sequence[Evaluation]
    report: ImportReport

    @property
    def metrics(self) -> list[str]:
        """The metrics that one of the sub-networks has at least, as the product orders them."""
        kinds = {tuple(e.metrics) for e in self.evaluations}
        return order_metrics({name for names in kinds for name in names})

    def complete(self, needed: Sequence[str]) -> "ImportedResults":
        """Only those that have every metric of `needed`; the report says how many have not."""
        lacking = {name: sum(name not in e.metrics for e in self.evaluations) for name in needed}
        usable = [e for e in self.evaluations if all(name in e.metrics for name in needed)]
        report = replace(
            self.report,
            incomplete=len(self.evaluations) - len(usable),
            lacking={name: count for name, count in lacking.items() if count},
        )
        return ImportedResults(usable, report)


@dataclass(frozen=True)
class ResultsFile:
    """The rows of a results CSV, whatever supernet they are of."""

    table: ResultsTable
    numbers: Sequence[CellNumbers]

    @classmethod
    def read(cls, content: bytes | str, origin: str) -> "ResultsFile":
        """Read a file's content; `origin` is what messages call it.

        Raises ConfigError for what is too large, is no results CSV, or has no row.
        """
        check_size(len(content), origin)
        with without_garbage_collection():
            table = read_table(content, origin)
            numbers = read_numbers(table)
        if all(table.failed):
            raise ConfigError(f"{origin} holds no sub-network. Choose a file with results in it.")
        return cls(table, numbers)

    @property
    def given(self) -> list[int]:
        """The numbers of the rows that did not fail."""
        return [row for row, failed in enumerate(self.table.failed) if not failed]

    def of(self, supernet: Supernet) -> ImportedResults:
        """What the rows say of sub-networks of `supernet`.

        Rows that cannot be read are left out, and so are those that failed. Raises ConfigError
        that names the first line if none can be read; OtherSupernetError if most rows do not fit.
        """
        with without_garbage_collection():
            table, rows = self.table, self.given
            networks = sub_networks([table.subnetworks[row] for row in rows], supernet)
            found = sort_rows(table, self.numbers, rows, networks, supernet)
            _check_that_it_fits(found.refusals, len(rows), table.origin)
            evaluations = self._evaluations(rows, found.distinct.rows, networks, supernet)
        report = ImportReport(
            origin=table.origin,
            supernet=supernet.title,
            rows=len(table),
            distinct=len(evaluations),
            repeated=found.distinct.repeated,
            failed=len(table) - len(rows),
            confirmed=found.confirmed,
            refusals=found.refusals.groups,
            conflicting=found.distinct.conflicting,
            conflicts=tuple(found.distinct.conflicts),
            warnings=tuple(self._warnings(found.confirmed, supernet.title)),
            notes=tuple(self._notes()),
        )
        return ImportedResults(evaluations, report)

    def _evaluations(
        self, rows: Sequence[int], distinct: Sequence[DistinctRow], networks: SubNetworks,
        supernet: Supernet,
    ) -> list[Evaluation]:  # fmt: skip
        places = [first.place for first in distinct]
        genotypes = networks.genotypes[places]
        exact = {name: values[places].tolist() for name, values in networks.exact.items()}
        configs = written_out(genotypes, supernet.space)
        evaluations = []
        for n, (first, genotype, config) in enumerate(
            zip(distinct, genotypes, configs, strict=True)
        ):
            metrics = {**first.metrics, **{name: values[n] for name, values in exact.items()}}
            evaluations.append(
                Evaluation(
                    number=0,
                    genotype=tuple(genotype.tolist()),
                    config=config,
                    cycle=WARM_START_CYCLE,
                    status="ok",
                    metrics=metrics,
                    sources=_sources(
                        tuple(metrics), tuple(exact), tuple(self._told(rows, first).items())
                    ),
                    seconds=0.0,
                    finished=_time(self.table.times[rows[first.place]]),
                    reused=True,
                    worker=self.table.origin,
                )
            )
        return evaluations

    def _told(self, rows: Sequence[int], first: DistinctRow) -> dict[str, str]:
        """What the file says of how the numbers of a sub-network came about, by metric."""
        return {
            name: said[rows[first.given_at[name]]]
            for name, said in self.table.sources.items()
            if name in first.given_at
        }

    def _warnings(self, confirmed: int, title: str) -> Iterator[str]:
        """What a reader should check."""
        if not confirmed:
            yield f"Nothing in the file confirms that it is of {title}: it gives no MACs."
        for numbers in self.numbers:
            if numbers.is_fraction:
                known = metric(numbers.column.metric)
                yield (
                    f"{numbers.column.heading} is at most 1 in every row, as if it were a share. "
                    f"It is taken as {known.unit}: multiply it by 100 if that is wrong."
                )

    def _notes(self) -> Iterator[str]:
        """How the file was read."""
        for numbers in self.numbers:
            if numbers.zeros:
                heading, rows = numbers.column.heading, f"{numbers.zeros:,} row"
                rows += "" if numbers.zeros == 1 else "s"
                yield f"{heading} is 0 in {rows}, which means that it was not measured."
        if self.table.columns.unknown:
            yield f"Columns that are not read: {listed(self.table.columns.unknown)}."


def _check_that_it_fits(refusals: Refusals, rows: int, origin: str) -> None:
    """Raise ConfigError if no row is left, or if most are of no sub-network of the supernet."""
    if refusals.foreign > rows / 2:
        first = refusals.first_foreign
        fit = f"{refusals.foreign:,} of {rows:,} rows do not fit" if rows > 1 else "It does not fit"
        raise OtherSupernetError(
            f"{origin}, line {first.lines[0]}: {first.reason} {fit}: choose the supernet that the "
            "file is of."
        )
    if sum(group.rows for group in refusals.groups) == rows:
        first = refusals.groups[0]
        others = "" if rows == 1 else f" None of the {rows:,} rows can be used."
        raise ConfigError(f"{origin}, line {first.lines[0]}: {first.reason}{others}")


@lru_cache
def _sources(
    metrics: tuple[str, ...], exact: tuple[str, ...], told: tuple[tuple[str, str], ...]
) -> Mapping[str, str]:
    """Where metrics are from; the same object for all evaluations that have the same."""
    said = dict(told)
    return {
        name: "exact" if name in exact else imported_source(said.get(name, "")) for name in metrics
    }


def _time(text: str) -> float:
    """POSIX seconds of a date in a file; 0 if it is none, or none that a log can hold."""
    try:
        seconds = datetime.fromisoformat(text.strip()).timestamp()
    except (ValueError, OverflowError, OSError):
        return 0.0
    return seconds if 0 <= seconds <= LATEST else 0.0
