"""The front as a table: a row a non-dominated sub-network, the newest marked, a click selects."""

from collections.abc import Callable
from dataclasses import dataclass

from app.diagrams.genes import gene_name
from app.formatting import metric_value_bare
from app.tables.component import Column, Row, table
from app.tables.remarks import column_title, remark
from engine.errors import DynasError
from engine.evaluation.record import KNOWN
from engine.runs.history import RunHistory
from engine.supernets import registry


@dataclass(frozen=True)
class FrontRow:
    """One sub-network of the front; `remarks` are those of its cells, empty where there is none."""

    number: int
    cells: tuple[str, ...]
    remarks: tuple[str, ...]
    fresh: bool


@dataclass(frozen=True)
class FrontInfo:
    """Plain data of the table."""

    titles: tuple[str, ...]
    rows: tuple[FrontRow, ...]


def front_info(history: RunHistory, metrics: list[str]) -> FrontInfo:
    """The front with the given metrics as columns; `fresh` marks the one measured last."""
    front = history.front()
    group = _telling_group(history)
    columns = [history.metric(name) for name in metrics]
    newest = max((evaluation.number for evaluation in front), default=0)
    rows = tuple(
        FrontRow(
            evaluation.number,
            (
                f"#{evaluation.number}",
                "known" if evaluation.cycle == KNOWN else str(evaluation.cycle),
                *(metric_value_bare(name, evaluation.metrics.get(name)) for name in metrics),
                " ".join(str(value) for value in evaluation.config.get(group, [])),
            ),
            ("", "", *(remark(evaluation, column) for column in columns), ""),
            evaluation.number == newest,
        )
        for evaluation in front
    )
    titles = ("Number", "Cycle", *map(column_title, columns), gene_name(group))
    return FrontInfo(titles, rows)


def _telling_group(history: RunHistory) -> str:
    """The gene group that says most in a few figures: the depths, where there are any."""
    try:
        space = registry.load(history.supernet_name).space
    except DynasError:
        return "d"
    return next(iter(space.switch_groups), space.genes[0].group)


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
        [
            Column(title, numeric=0 < i < len(info.titles) - 1)
            for i, title in enumerate(info.titles)
        ],
        [Row(row.number, row.cells, row.fresh, row.remarks) for row in info.rows],
        name="front",
        caption="Sub-networks on the Pareto front; pick a row to see it.",
        selected=selected,
        height=height,
        key=key,
        on_pick=on_pick,
    )
