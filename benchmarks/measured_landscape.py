"""Really measured accuracies: every network of a small space inside the built-in supernet.

The space has a depth and an expansion for each of the three stages and one kernel size: seven genes
of three choices, 2,187 networks. All of them are measured, so that a search is never told a value
of another network, and the true front is known. Accuracy is top-1 on 5,000 validation images of
Fashion-MNIST that were not used in training: it has the noise of a real measurement.

Measures the networks that neither the table nor benchmarks/results/measured.csv has, which takes
one to two hours of a core for all and may be interrupted; then writes the table,
benchmarks/data/built_in_accuracies.csv.gz.
"""

import csv
import gzip
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.command_line import given_numbers
from benchmarks.landscapes import Box
from engine.errors import DataError
from engine.evaluation.kept_heap import keep_heap
from engine.evaluation.measurement import measure
from engine.metrics import METRICS
from engine.pareto.front import Points, non_dominated
from engine.search.problem import Problem
from engine.space import Gene, Genotypes, SearchSpace
from engine.supernets.base import EvaluationSettings
from engine.supernets.registry import DEFAULT, load

RESULTS = Path(__file__).parent / "results"
TABLE = Path(__file__).parent / "data" / "built_in_accuracies.csv.gz"
_MEASURED = RESULTS / "measured.csv"
_STAGES, _BLOCKS = 3, 4
_BATCH = 200  # images; the fastest of 25 to 500 on one core
COLUMNS = ("ks", "e0", "e1", "e2", "d0", "d1", "d2", "acc")
"""The columns of the table: choices by value, then top-1 in %."""

SPACE = SearchSpace(
    (
        Gene("ks", (3, 5, 7)),
        *(Gene("e", (3, 4, 6)) for _ in range(_STAGES)),
        *(Gene("d", (2, 3, 4)) for _ in range(_STAGES)),
    )
)
"""One kernel size, then the expansion and the depth of each stage."""


def built_in_genotypes(genotypes: Genotypes) -> Genotypes:
    """`(n, 27)` genotypes of the built-in supernet for `(n, 7)` of `SPACE`.

    All blocks of a stage have the stage's expansion, and all blocks the same kernel size.
    """
    rows = SPACE.rows(genotypes)
    kernels = np.repeat(rows[:, :1], _STAGES * _BLOCKS, axis=1)
    expansions = np.repeat(rows[:, 1 : 1 + _STAGES], _BLOCKS, axis=1)
    by_group = {"ks": kernels, "e": expansions, "d": rows[:, 1 + _STAGES :]}
    space, built_in = load(DEFAULT).space, np.empty((len(rows), 0), dtype=np.int64)
    for group in dict.fromkeys(gene.group for gene in space.genes):
        built_in = np.hstack([built_in, by_group[group]])
    return space.canonical(built_in)


def read(path: Path = TABLE) -> pd.DataFrame:
    """The table: the choices of the seven genes by value, and `acc` in %; DataError without it."""
    if not path.exists():
        raise DataError(
            f"There is no table {path}. Measure it with python -m benchmarks.measured_landscape, "
            "which takes one to two hours of a core, or leave the landscape 'measured' out."
        )
    return pd.read_csv(path)


def table_genotypes(table: pd.DataFrame) -> Genotypes:
    """`(n, 7)` genotypes of `SPACE` in the rows of a table."""
    columns = [
        [gene.choices.index(value) for value in table[name]]
        for gene, name in zip(SPACE.genes, COLUMNS, strict=False)
    ]
    return np.array(columns, dtype=np.int64).T.reshape(-1, len(SPACE.genes))


class MeasuredLandscape:
    """The search problem on a table of all networks; raises DataError if some are missing."""

    def __init__(self, table: pd.DataFrame | None = None) -> None:
        rows = read() if table is None else table
        genotypes = table_genotypes(rows)
        self._values = np.full((SPACE.size, 2), np.nan)
        self._values[_number(genotypes), 0] = -rows["acc"].to_numpy(dtype=float)
        if missing := int(np.isnan(self._values[:, 0]).sum()):
            raise DataError(
                f"The table has {SPACE.size - missing:,} of {SPACE.size:,} networks. Complete it "
                "with python -m benchmarks.measured_landscape."
            )
        everything = SPACE.all_genotypes()
        macs = load(DEFAULT).exact_metrics(built_in_genotypes(everything))["macs"]
        self._values[_number(everything), 1] = macs
        objectives = [METRICS["acc"], METRICS["macs"]]
        self.problem = Problem(SPACE, objectives, lambda g: {"macs": self.truth(g)[:, 1]})

    def truth(self, genotypes: Genotypes) -> Points:
        """`(n, 2)` minimised accuracy and MACs of `(n, 7)` genotypes."""
        values: Points = self._values[_number(SPACE.rows(genotypes))]
        return values

    def box(self) -> Box:
        """The box of the true front."""
        return Box.around(self._values[non_dominated(self._values)])


def _number(genotypes: Genotypes) -> Genotypes:
    """`(n,)` another number for each genotype, from 0 to before the size of the space."""
    return np.ravel_multi_index(tuple(genotypes.T), tuple(SPACE.choices))


def measure_missing(count: int, measured: Path = _MEASURED, table: Path = TABLE) -> None:
    """Measure up to `count` networks that are not known yet; write the table if none is missing."""
    if not measured.exists():
        measured.parent.mkdir(parents=True, exist_ok=True)
        measured.write_text(",".join(COLUMNS) + "\n")
    known = set(SPACE.keys(table_genotypes(read(measured))))
    if table.exists():
        known |= set(SPACE.keys(table_genotypes(read(table))))
    order = np.random.default_rng(0).permutation(SPACE.all_genotypes())
    order = order[np.argsort(order[:, 0] % 2, kind="stable")]  # the middle kernel size last
    missing = [g for g, key in zip(order, SPACE.keys(order), strict=True) if key not in known]
    if missing:
        _measure(missing[:count], measured)
    if 0 < len(missing) <= count:
        write(pd.concat([read(path) for path in (table, measured) if path.exists()]), table)
    print(f"{max(len(missing) - count, 0):,} of {SPACE.size:,} networks are not measured yet")


def _measure(genotypes: Sequence[Genotypes], measured: Path) -> None:
    """Append the accuracy of each network to a file."""
    import torch

    keep_heap()
    torch.set_num_threads(1)
    supernet, settings = load(DEFAULT), EvaluationSettings(batch_size=_BATCH)
    for done, genotype in enumerate(genotypes, start=1):
        (built_in,) = built_in_genotypes(genotype)
        config = supernet.space.to_config(built_in)
        accuracy = measure(DEFAULT, config, ["acc"], settings).values["acc"]  # noqa: PD011
        choices = [gene.choices[i] for gene, i in zip(SPACE.genes, genotype, strict=True)]
        with measured.open("a", newline="") as file:
            csv.writer(file, lineterminator="\n").writerow([*choices, accuracy])
        if done % 50 == 0:
            print(f"{done} of {len(genotypes)} measured", flush=True)


def write(rows: pd.DataFrame, path: Path) -> None:
    """The table, in the order of the genes; equal rows are always the same file."""
    rows = rows.sort_values(list(COLUMNS)).drop_duplicates(list(COLUMNS[:-1]))
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file, gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:
        packed.write(rows.to_csv(index=False, lineterminator="\n").encode())


if __name__ == "__main__":
    measure_missing(*given_numbers(__doc__, networks=SPACE.size))
