"""The table of the front: a row for each non-dominated sub-network, the newest marked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.tables.component import Column, Row, table
from app.tables.source_notes import column_title, source_note
from engine.analysis.confirmation_text import confirmed_text
from engine.analysis.number_text import NO_VALUE, metric_value_bare
from engine.errors import DynasError
from engine.evaluation.record import WARM_START_CYCLE, Evaluation
from engine.gene_names import kind_title, representative_genes
from engine.metrics import Metric
from engine.runs.confirmations import Standing
from engine.runs.history import RunHistory
from engine.supernets import registry

_MOST_GENES = 12
_UNBROKEN_SPACE = "\N{NO-BREAK SPACE}"


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
    gene_titles, gene_cells = _gene_columns(history)
    columns, standings = [history.metric(name) for name in metrics], history.standings()
    newest = max((evaluation.number for evaluation in front), default=0)
    rows = tuple(
        FrontRow(
            evaluation.number,
            (
                f"#{evaluation.number}",
                "warm start" if evaluation.cycle == WARM_START_CYCLE else str(evaluation.cycle),
                *(metric_value_bare(name, evaluation.metrics.get(name)) for name in metrics),
                *gene_cells(evaluation),
            ),
            (
                "",
                "",
                *(_note(history, evaluation, column, standings) for column in columns),
                *("" for _ in gene_titles),
            ),
            evaluation.number == newest,
        )
        for evaluation in front
    )
    titles = ("Number", "Cycle", *map(column_title, columns), *gene_titles)
    return FrontInfo(titles, 1 + len(columns), rows)


def _note(
    history: RunHistory, evaluation: Evaluation, column: Metric, standings: Mapping[int, Standing]
) -> str:
    """The source or the standard error of a number; what repeated measurements say of it."""
    note = source_note(evaluation, column)
    confirmed = confirmed_text(history, evaluation, column.name, with_count=False)
    standing = standings.get(evaluation.number, "")
    place = standing if confirmed and standing != "stays" else ""
    return ", ".join(filter(None, [note, confirmed.replace(" ", _UNBROKEN_SPACE), place]))


def _gene_columns(
    history: RunHistory,
) -> tuple[tuple[str, ...], Callable[[Evaluation], tuple[str, ...]]]:
    """Titles and cell function of the most informative genes: a column for each kind of them.

    There are no such columns if the supernet is not installed.
    """
    try:
        space = registry.load(history.supernet_name).space
    except DynasError:
        return (), lambda evaluation: ()
    genes = representative_genes(space, _MOST_GENES)
    genes_by_kind: dict[str, list[int]] = {}
    for gene in genes:
        genes_by_kind.setdefault(kind_title(space.genes[gene]), []).append(gene)

    def cells(evaluation: Evaluation) -> tuple[str, ...]:
        row = evaluation.genotype
        if len(row) != len(space.genes) or not all(0 <= row[i] < space.choices[i] for i in genes):
            return (NO_VALUE,) * len(genes_by_kind)  # the supernet has changed since
        return tuple(
            " ".join(space.genes[gene].text(row[gene]) for gene in same_kind)
            for same_kind in genes_by_kind.values()
        )

    return tuple(genes_by_kind), cells


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
