"""Reads evaluations from a results CSV of DyNAS Studio, DyNAS-T or Neural Compressor."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from engine import data_dir
from engine.errors import ConfigError
from engine.evaluation.record import WARM_START_CYCLE, Evaluation
from engine.log.decoding import LATEST_TIME
from engine.metrics import metric, order_metrics
from engine.runs.described_runs import describe_runs
from engine.runs.garbage_collection import without_garbage_collection
from engine.runs.importing.cells import CellNumbers, read_numbers
from engine.runs.importing.columns import headings_text
from engine.runs.importing.configs import decode_genotypes
from engine.runs.importing.duplicates import DistinctRow
from engine.runs.importing.refusals import Refusals
from engine.runs.importing.report import ImportReport
from engine.runs.importing.row_classification import classify_rows
from engine.runs.importing.source_file import check_size
from engine.runs.importing.sub_networks import SubNetworks, read_sub_networks
from engine.runs.importing.table import ResultsTable, read_table
from engine.sources import imported_source
from engine.supernets.base import Supernet


class OtherSupernetError(ConfigError):
    """Most sub-networks of a results CSV are not in the search space of the supernet."""


def read_results(content: bytes | str, supernet: Supernet, origin: str) -> list[Evaluation]:
    """The distinct sub-networks of a results CSV as evaluations for a warm start.

    `origin` names the file in errors and in the evaluations. Computable metrics are recomputed.
    Raises ConfigError as `ResultsFile.read` and `ResultsFile.for_supernet` do.
    """
    return list(ResultsFile.read(content, origin).for_supernet(supernet).evaluations)


@dataclass(frozen=True)
class ImportedResults:
    """The distinct sub-networks of a results CSV, and the report on its rows."""

    evaluations: Sequence[Evaluation]
    report: ImportReport

    @property
    def metrics(self) -> list[str]:
        """The metrics that at least one sub-network has, in display order."""
        metric_sets = {tuple(e.metrics) for e in self.evaluations}
        return order_metrics({name for names in metric_sets for name in names})

    def with_metrics(self, required: Sequence[str]) -> "ImportedResults":
        """Only sub-networks with all `required` metrics; the report counts the others."""
        lacking = {name: sum(name not in e.metrics for e in self.evaluations) for name in required}
        usable = [e for e in self.evaluations if all(name in e.metrics for name in required)]
        report = replace(
            self.report,
            incomplete=len(self.evaluations) - len(usable),
            lacking={name: count for name, count in lacking.items() if count},
        )
        return ImportedResults(usable, report)


@dataclass(frozen=True)
class ResultsFile:
    """The rows of a results CSV, not yet matched to a supernet."""

    table: ResultsTable
    numbers: Sequence[CellNumbers]

    @classmethod
    def read(cls, content: bytes | str, origin: str) -> "ResultsFile":
        """Parse the content of a file; `origin` names it in messages.

        Metrics of scripts are read if a run of the current data folder describes them.
        Raises ConfigError if it is too large, is not a results CSV, or has no row, and if runs of
        the data folder contradict each other on one of its metrics.
        """
        check_size(len(content), origin)
        contradictions = describe_runs(data_dir.current())
        with without_garbage_collection():
            table = read_table(content, origin)
            for column in table.columns.metrics:
                if column.metric in contradictions:
                    raise ConfigError(
                        f"{origin}: {contradictions[column.metric]} Import it in Python, after "
                        "offer_metrics with the metric that the file has."
                    )
            numbers = read_numbers(table)
        if all(table.failed):
            raise ConfigError(f"{origin} holds no sub-network. Choose a file with results in it.")
        return cls(table, numbers)

    @property
    def successful_rows(self) -> list[int]:
        """The indices of the rows that did not fail."""
        return [row for row, failed in enumerate(self.table.failed) if not failed]

    def for_supernet(self, supernet: Supernet) -> ImportedResults:
        """The rows as evaluations of sub-networks of `supernet`.

        Failed and unreadable rows are left out. Raises ConfigError that names the first line if no
        row can be read, OtherSupernetError if most rows do not fit the supernet.
        """
        with without_garbage_collection():
            table, rows = self.table, self.successful_rows
            networks = read_sub_networks([table.subnetworks[row] for row in rows], supernet)
            sorted_rows = classify_rows(table, self.numbers, rows, networks, supernet)
            _check_supernet(sorted_rows.refusals, len(rows), table.origin)
            evaluations = self._evaluations(rows, sorted_rows.distinct.rows, networks, supernet)
        report = ImportReport(
            origin=table.origin,
            supernet=supernet.title,
            rows=len(table),
            distinct=len(evaluations),
            repeated=sorted_rows.distinct.repeated,
            failed=len(table) - len(rows),
            confirmed=sorted_rows.confirmed,
            refusals=sorted_rows.refusals.groups,
            conflicting=sorted_rows.distinct.conflicting,
            conflicts=tuple(sorted_rows.distinct.conflicts),
            warnings=tuple(self._warnings(sorted_rows.confirmed, supernet)),
            notes=tuple(self._notes()),
        )
        return ImportedResults(evaluations, report)

    def _evaluations(
        self, rows: Sequence[int], distinct: Sequence[DistinctRow], networks: SubNetworks,
        supernet: Supernet,
    ) -> list[Evaluation]:  # fmt: skip
        first_rows = [distinct_row.row_index for distinct_row in distinct]
        genotypes = networks.genotypes[first_rows]
        exact = {name: values[first_rows].tolist() for name, values in networks.exact.items()}
        configs = decode_genotypes(genotypes, supernet.space)
        evaluations = []
        for n, (distinct_row, genotype, config) in enumerate(
            zip(distinct, genotypes, configs, strict=True)
        ):
            metrics = {
                **distinct_row.metrics,
                **{name: values[n] for name, values in exact.items()},
            }
            evaluations.append(
                Evaluation(
                    number=0,
                    genotype=tuple(genotype.tolist()),
                    config=config,
                    cycle=WARM_START_CYCLE,
                    status="ok",
                    metrics=metrics,
                    sources=_sources(
                        tuple(metrics),
                        tuple(exact),
                        tuple(self._row_sources(rows, distinct_row).items()),
                    ),
                    seconds=0.0,
                    finished=_timestamp(self.table.times[rows[distinct_row.row_index]]),
                    reused=True,
                    worker=self.table.origin,
                )
            )
        return evaluations

    def _row_sources(self, rows: Sequence[int], distinct_row: DistinctRow) -> dict[str, str]:
        """The sources that the file states for the values of a sub-network, by metric."""
        return {
            name: source_texts[rows[distinct_row.source_rows[name]]]
            for name, source_texts in self.table.sources.items()
            if name in distinct_row.source_rows
        }

    def _warnings(self, confirmed: int, supernet: Supernet) -> Iterator[str]:
        """Sentences on possible problems that the user should check."""
        if not confirmed and not supernet.no_network_reason:
            yield f"Nothing in the file confirms that it is of {supernet.title}: it gives no MACs."
        for numbers in self.numbers:
            if numbers.is_fraction:
                column_metric = metric(numbers.column.metric)
                yield (
                    f"{numbers.column.heading} is at most 1 in every row, as if it were a share. "
                    f"It is taken as {column_metric.unit}: multiply it by 100 if that is wrong."
                )

    def _notes(self) -> Iterator[str]:
        """Sentences on how the file was interpreted."""
        for numbers in self.numbers:
            if numbers.zeros:
                heading, rows = numbers.column.heading, f"{numbers.zeros:,} row"
                rows += "" if numbers.zeros == 1 else "s"
                yield f"{heading} is 0 in {rows}, which means that it was not measured."
        if self.table.columns.unread_headings:
            yield f"Columns that are not read: {headings_text(self.table.columns.unread_headings)}."


def _check_supernet(refusals: Refusals, rows: int, origin: str) -> None:
    """Raise ConfigError if no row is usable, or if most do not fit the supernet."""
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
    metrics: tuple[str, ...], exact: tuple[str, ...], file_sources: tuple[tuple[str, str], ...]
) -> Mapping[str, str]:
    """The sources of metrics; equal sources share one object to save memory."""
    source_by_metric = dict(file_sources)
    return {
        name: "exact" if name in exact else imported_source(source_by_metric.get(name, ""))
        for name in metrics
    }


def _timestamp(text: str) -> float:
    """The POSIX time of a date in a file; 0 if it is invalid or out of range for a log."""
    try:
        seconds = datetime.fromisoformat(text.strip()).timestamp()
    except (ValueError, OverflowError, OSError):
        return 0.0
    return seconds if 0 <= seconds <= LATEST_TIME else 0.0
