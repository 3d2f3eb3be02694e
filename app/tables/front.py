"""The front as a table: a row a non-dominated sub-network, the newest marked, a click selects."""

from collections.abc import Callable
from dataclasses import dataclass

from app.tables.component import Column, Row, table
from app.tables.remarks import column_title, remark
from engine.analysis.number_text import NO_VALUE, metric_value_bare
from engine.errors import DynasError
from engine.evaluation.record import WARM_START_CYCLE, Evaluation
from engine.gene_names import capitalised, gene_kind, representative_genes
from engine.runs.history import RunHistory
from engine.supernets import registry

_MOST_GENES = 12


@dataclass(frozen=True)
class FrontRow:
    """One sub-network of the front; `remarks` are those of its cells, empty where there is none."""

    number: int
    cells: tuple[str, ...]
    remarks: tuple[str, ...]
    fresh: bool


@dataclass(frozen=True)
class FrontInfo:
    """Plain data of the table: after the first one, `numbers` columns are of numbers."""

    titles: tuple[str, ...]
    numbers: int
    rows: tuple[FrontRow, ...]


def front_info(history: RunHistory, metrics: list[str]) -> FrontInfo:
    """The front with the given metrics as columns; `fresh` marks the one measured last."""
    front = history.front()
    title, told = _telling(history)
    columns = [history.metric(name) for name in metrics]
    newest = max((evaluation.number for evaluation in front), default=0)
    rows = tuple(
        FrontRow(
            evaluation.number,
            (
                f"#{evaluation.number}",
                "known" if evaluation.cycle == WARM_START_CYCLE else str(evaluation.cycle),
                *(metric_value_bare(name, evaluation.metrics.get(name)) for name in metrics),
                *told(evaluation),
            ),
            ("", "", *(remark(evaluation, column) for column in columns), *("" for _ in title)),
            evaluation.number == newest,
        )
        for evaluation in front
    )
    titles = ("Number", "Cycle", *map(column_title, columns), *title)
    return FrontInfo(titles, 1 + len(columns), rows)


def _telling(
    history: RunHistory,
) -> tuple[tuple[str, ...], Callable[[Evaluation], tuple[str, ...]]]:
    """Title and cell of a column of the genes that say much in a few figures.

    There is none where the supernet is not known.
    """
    try:
        space = registry.load(history.supernet_name).space
    except DynasError:
        return (), lambda evaluation: ()
    genes = representative_genes(space, _MOST_GENES)

    def cell(evaluation: Evaluation) -> tuple[str, ...]:
        row = evaluation.genotype
        if len(row) != len(space.genes) or not all(0 <= row[i] < space.choices[i] for i in genes):
            return (NO_VALUE,)  # the supernet was changed since
        return (" ".join(space.genes[gene].text(row[gene]) for gene in genes),)

    return (capitalised(gene_kind(space.genes[genes[0]])),), cell


def front_table(
    info: FrontInfo,
    *,
    selected: int | None,
    height: int,
    key: str,
    on_pick: Callable[[int], None],
) -> None:
    """Draw the table; `on_pick` is called with the number of a picked row."""
    table(
        [Column(title, numeric=0 < i <= info.numbers) for i, title in enumerate(info.titles)],
        [Row(row.number, row.cells, row.fresh, row.remarks) for row in info.rows],
        name="front",
        caption="Sub-networks on the Pareto front; pick a row to see it.",
        selected=selected,
        height=height,
        key=key,
        on_pick=on_pick,
    )
