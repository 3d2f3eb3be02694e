"""The front as a table: a row a non-dominated sub-network, the newest marked, a click selects."""

from collections.abc import Callable
from dataclasses import dataclass

from app.diagrams.genes import gene_name
from app.tables.component import Column, Row, table
from engine.analysis.number_text import metric_title, metric_value_bare
from engine.errors import DynasError
from engine.evaluation.record import KNOWN, Evaluation
from engine.metrics import Metric
from engine.runs.history import RunHistory
from engine.sources import badge, extrapolated, headline
from engine.supernets import registry


@dataclass(frozen=True)
class FrontRow:
    """One sub-network of the front."""

    number: int
    cells: tuple[str, ...]
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
    newest = max((evaluation.number for evaluation in front), default=0)
    rows = tuple(
        FrontRow(
            evaluation.number,
            (
                f"#{evaluation.number}",
                "known" if evaluation.cycle == KNOWN else str(evaluation.cycle),
                *(_cell(evaluation, history.metric(name)) for name in metrics),
                " ".join(str(value) for value in evaluation.config.get(group, [])),
            ),
            evaluation.number == newest,
        )
        for evaluation in front
    )
    measured = (metric_title(history.metric(name)) for name in metrics)
    titles = ("Number", "Cycle", *measured, gene_name(group))
    return FrontInfo(titles, rows)


def _cell(evaluation: Evaluation, column: Metric) -> str:
    """The number, with a word where its column does not say enough of it."""
    text = metric_value_bare(column.name, evaluation.metrics.get(column.name))
    own = evaluation.sources.get(column.name, "measured")
    if column.name in evaluation.metrics and headline(own) != headline(column.source):
        return f"{text} ({badge(own)})"
    return f"{text} (extrapolated)" if extrapolated(own) else text


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
        [Row(row.number, row.cells, row.fresh) for row in info.rows],
        name="front",
        caption="Sub-networks on the Pareto front; pick a row to see it.",
        selected=selected,
        height=height,
        key=key,
        on_pick=on_pick,
    )
