"""RunColumns: the evaluations of a run as arrays, one per column."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from engine.evaluation.record import Evaluation
from engine.gene_names import NamedGene, named_genes
from engine.metrics import Definitions, Metric, defined_by
from engine.pareto.front import minimised
from engine.pareto.lifetimes import STILL_ON_FRONT, FrontLifetimes, front_at
from engine.runs.filter_expression import FLAGS
from engine.runs.genotypes import genotypes_of
from engine.runs.history import RunHistory
from engine.sources import labelled_metric
from engine.space import Choice, Genotypes, SearchSpace, choice_text

Booleans = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_NO_SOURCES: frozenset[str] = frozenset()
_PLAIN_COLUMNS = ("number", "cycle", "seconds")


@dataclass(frozen=True)
class RunColumns:
    """The evaluations of a run up to some moment, one array per column, in the order of the log.

    `disturbed` marks evaluations whose latency was timed while other programs ran, `extrapolated`
    those with a value outside the range of its calibration. `metrics` are NaN where an evaluation
    lacks the metric. `dominated_at` is that of `FrontLifetimes`. `sources` are the sources of the
    values of each metric, `definitions` the metrics that only the log of the run defines.
    """

    space: SearchSpace
    cycle: Integers
    ok: Booleans
    feasible: Booleans
    reused: Booleans
    disturbed: Booleans
    extrapolated: Booleans
    seconds: Floats
    metrics: Mapping[str, Floats]
    genotypes: Genotypes
    dominated_at: Integers
    genes: tuple[NamedGene, ...] = field(repr=False)
    sources: Mapping[str, frozenset[str]] = field(default_factory=dict)
    definitions: Definitions = field(default_factory=dict, repr=False)

    def metric(self, name: str) -> Metric:
        """The metric `name` of the run, labelled by the sources of its values."""
        with defined_by(self.definitions):
            return labelled_metric(name, self.sources.get(name, frozenset()))

    def __len__(self) -> int:
        return len(self.cycle)

    @property
    def number(self) -> Integers:
        """`(n,)` 1, 2, ...: the evaluation numbers."""
        return np.arange(1, len(self) + 1)

    def first(self, n: int) -> "RunColumns":
        """The first `n` evaluations, as if no other had followed."""
        return RunColumns(
            self.space,
            self.cycle[:n],
            self.ok[:n],
            self.feasible[:n],
            self.reused[:n],
            self.disturbed[:n],
            self.extrapolated[:n],
            self.seconds[:n],
            {name: values[:n] for name, values in self.metrics.items()},
            self.genotypes[:n],
            np.where(self.dominated_at[:n] > n, STILL_ON_FRONT, self.dominated_at[:n]),
            self.genes,
            self.sources,
            self.definitions,
        )

    def front(self, n: int) -> Booleans:
        """`(len(self),)` whether each was on the front of the first `n` evaluations."""
        return front_at(self.dominated_at, n)

    def gene_values(self, gene: int) -> Floats:
        """`(n,)` the values of a gene, NaN in sub-networks in which it has no effect.

        For a categorical gene these are indices of its choices.
        """
        is_active = self.space.active(self.genotypes)[:, gene]
        return np.where(is_active, self.space.genes[gene].values(self.genotypes[:, gene]), np.nan)

    @property
    def categories(self) -> dict[str, tuple[Choice, ...]]:
        """The choices of each categorical gene, by gene name."""
        genes = {gene.name: self.space.genes[gene.index] for gene in self.genes}
        return {name: tuple(gene.choices) for name, gene in genes.items() if not gene.ordered}

    def gene_text(self, gene: int, value: float) -> str:
        """The text of one of `gene_values`."""
        if math.isnan(value):
            return "off"
        gene_definition = self.space.genes[gene]
        if not gene_definition.ordered:
            return gene_definition.text(int(value))
        return choice_text(int(value) if value.is_integer() else value)

    def by_name(self, n: int) -> "NamedColumns":
        """The first `n` evaluations as columns by name, for filters, sorting and tables."""
        return NamedColumns(self, min(n, len(self)))


class NamedColumns(Mapping[str, npt.NDArray[np.generic]]):
    """Columns by name, computed on access: metrics, flags, genes such as `ks3`."""

    def __init__(self, columns: RunColumns, n: int) -> None:
        self.columns, self.n = columns, n
        self._genes = {gene.name: gene.index for gene in columns.genes}
        self._names = dict.fromkeys((*_PLAIN_COLUMNS, *columns.metrics, *FLAGS, *self._genes))

    def __getitem__(self, name: str) -> npt.NDArray[np.generic]:
        columns = self.columns
        if name in columns.metrics:
            return columns.metrics[name][: self.n]
        if name in self._genes:
            return columns.gene_values(self._genes[name])[: self.n]
        if name == "front":
            return columns.front(self.n)[: self.n]
        if name == "failed":
            return ~columns.ok[: self.n]
        if name in self._names:
            column: npt.NDArray[np.generic] = getattr(columns, name)[: self.n]
            return column
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def run_columns(history: RunHistory) -> RunColumns:
    """The columns of all evaluations in `history`; for a growing run use `ColumnStore`."""
    return ColumnStore(history.supernet.space, len(history.objectives)).update(history)


class ColumnStore:
    """The columns of a growing run; `update` processes new evaluations only, and copies arrays."""

    def __init__(self, space: SearchSpace, objectives: int) -> None:
        self._space, self._genes = space, named_genes(space)
        self._lifetimes, self._revision = FrontLifetimes(objectives), 0
        self._columns = self._columns_of([], np.zeros(0, dtype=bool))

    def update(self, history: RunHistory) -> RunColumns:
        """The columns of all evaluations in `history`."""
        old = self._columns
        is_repaired = len(history.evaluations) < len(old)
        if is_repaired or history.revision != self._revision:
            self._revision = history.revision
            self._lifetimes = FrontLifetimes(len(history.objectives))
            old = self._columns_of([], np.zeros(0, dtype=bool))
        new_evaluations = history.evaluations[len(old) :]
        if not new_evaluations:
            return old
        feasible = np.array(history.all_feasible(new_evaluations))
        self._lifetimes.add(minimised(new_evaluations, history.objectives), feasible)
        new = self._columns_of(new_evaluations, feasible)
        names = dict.fromkeys((*old.metrics, *new.metrics))
        self._columns = RunColumns(
            self._space,
            np.concatenate([old.cycle, new.cycle]),
            np.concatenate([old.ok, new.ok]),
            np.concatenate([old.feasible, new.feasible]),
            np.concatenate([old.reused, new.reused]),
            np.concatenate([old.disturbed, new.disturbed]),
            np.concatenate([old.extrapolated, new.extrapolated]),
            np.concatenate([old.seconds, new.seconds]),
            {
                name: np.concatenate(
                    [part.metrics.get(name, np.full(len(part), np.nan)) for part in (old, new)]
                )
                for name in names
            },
            np.concatenate([old.genotypes, new.genotypes]),
            self._lifetimes.dominated_at,
            self._genes,
            {
                name: old.sources.get(name, _NO_SOURCES) | new.sources.get(name, _NO_SOURCES)
                for name in names
            },
            history.config.definitions,
        )
        return self._columns

    def _columns_of(self, evaluations: list[Evaluation], feasible: Booleans) -> RunColumns:
        rows = [e.metrics for e in evaluations]
        names = dict.fromkeys(name for row in rows for name in row)
        return RunColumns(
            self._space,
            np.array([e.cycle for e in evaluations], dtype=np.int64),
            np.array([e.ok for e in evaluations], dtype=bool),
            feasible,
            np.array([e.reused for e in evaluations], dtype=bool),
            np.array([e.disturbed for e in evaluations], dtype=bool),
            np.array([e.extrapolated for e in evaluations], dtype=bool),
            np.array([e.seconds for e in evaluations], dtype=np.float64),
            {name: np.array([row.get(name, np.nan) for row in rows], np.float64) for name in names},
            genotypes_of(evaluations, self._space),
            np.zeros(len(evaluations), dtype=np.int64),
            self._genes,
            {
                name: frozenset(
                    e.sources.get(name, "")
                    for e, row in zip(evaluations, rows, strict=True)
                    if name in row
                )
                for name in names
            },
        )
