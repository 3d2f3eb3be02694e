"""The table of the front: a row for each non-dominated sub-network, the newest marked."""

from collections.abc import Callable
from dataclasses import dataclass

from app.tables.component import Column, Row, table
from app.tables.source_notes import column_title, source_note
from engine.analysis.number_text import NO_VALUE, metric_value_bare
from engine.errors import DynasError
from engine.evaluation.record import WARM_START_CYCLE, Evaluation
from engine.gene_names import capitalised, gene_kind, representative_genes
from engine.runs.history import RunHistory
from engine.supernets import registry

_MOST_GENES = 12


@dataclass(frozen=True)
class FrontRow:
    """One sub-network of the front; `notes` has the text below each cell, empty for none."""

    number: int
    cells: tuple[str, ...]
    notes: tuple[str, ...]
    is_newest: bool


@dataclass(frozen=True)
class FrontInfo:
    """Plain data of the table: `numeric_count` columns after the first one are numeric."""

    titles: tuple[str, ...]
    numeric_count: int
    rows: tuple[FrontRow, ...]


def front_info(history: RunHistory, metrics: list[str]) -> FrontInfo:
    """The front with `metrics` as columns; `is_newest` marks the sub-network measured last."""
    front = history.front()
    gene_title, gene_cell = _gene_column(history)
    columns = [history.metric(name) for name in metrics]
    newest = max((evaluation.number for evaluation in front), default=0)
    rows = tuple(
        FrontRow(
            evaluation.number,
            (
                f"#{evaluation.number}",
                "known" if evaluation.cycle == WARM_START_CYCLE else str(evaluation.cycle),
                *(metric_value_bare(name, evaluation.metrics.get(name)) for name in metrics),
                *gene_cell(evaluation),
            ),
            (
                "",
                "",
                *(source_note(evaluation, column) for column in columns),
                *("" for _ in gene_title),
            ),
            evaluation.number == newest,
        )
        for evaluation in front
    )
    titles = ("Number", "Cycle", *map(column_title, columns), *gene_title)
    return FrontInfo(titles, 1 + len(columns), rows)


def _gene_column(
    history: RunHistory,
) -> tuple[tuple[str, ...], Callable[[Evaluation], tuple[str, ...]]]:
    """Title and cell function of the column of the most informative genes.

    The title is empty if the supernet is not installed.
    """
    try:
        space = registry.load(history.supernet_name).space
    except DynasError:
        return (), lambda evaluation: ()
    genes = representative_genes(space, _MOST_GENES)

    def cell(evaluation: Evaluation) -> tuple[str, ...]:
        row = evaluation.genotype
        if len(row) != len(space.genes) or not all(0 <= row[i] < space.choices[i] for i in genes):
            return (NO_VALUE,)  # the supernet has changed since
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
    """Draw the table; `on_pick` is called with the number of a clicked row."""
    table(
        [Column(title, numeric=0 < i <= info.numeric_count) for i, title in enumerate(info.titles)],
        [Row(row.number, row.cells, row.is_newest, row.notes) for row in info.rows],
        name="front",
        caption="Sub-networks on the Pareto front; pick a row to see it.",
        selected=selected,
        height=height,
        key=key,
        on_pick=on_pick,
    )
