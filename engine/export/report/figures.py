"""The figures of a report, each with its title and what it shows in words."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from engine.analysis.charts.axes import plane_names
from engine.analysis.charts.correlation import correlation_info
from engine.analysis.charts.distribution import distribution_info
from engine.analysis.charts.front import FrontView, front_info
from engine.analysis.charts.gene_levels import drawable_rows
from engine.analysis.charts.gene_slice import slice_info
from engine.analysis.charts.hypervolume import hypervolume_info
from engine.analysis.charts.importance import effects_info
from engine.analysis.charts.telling_genes import telling_genes
from engine.analysis.charts.timeline import timeline_info
from engine.analysis.figures.correlation import correlation_figure
from engine.analysis.figures.distribution import distribution_figure
from engine.analysis.figures.front import front_figure
from engine.analysis.figures.gene_slice import slice_figure
from engine.analysis.figures.hypervolume import hypervolume_figure
from engine.analysis.figures.importance import importance_figure
from engine.analysis.figures.layout import Figure
from engine.analysis.figures.point_traces import with_filled_traces
from engine.analysis.figures.timeline import timeline_figure
from engine.analysis.measured_effects import measured_effects
from engine.analysis.metric_names import run_metrics
from engine.analysis.number_text import front_title
from engine.errors import DataError
from engine.runs.columns import RunColumns, run_columns
from engine.runs.evaluation_notes import evaluation_notes
from engine.runs.history import RunHistory

_HEIGHT, _FRONT_HEIGHT, _BAR, _ROW, _CELL = 360, 460, 24, 30, 56  # pixels


@dataclass(frozen=True)
class ReportFigure:
    """One figure with colours by name; `text` is its alternative, `height` in pixels."""

    title: str
    figure: Figure
    text: str
    height: int


def report_figures(history: RunHistory) -> Iterator[ReportFigure]:
    """The figures of a run; none of a run that has measured nothing."""
    columns = run_columns(history)
    if not columns.ok.any():
        return
    names = run_metrics(columns, history)
    first, everyone = names[0], np.ones(len(columns), dtype=bool)
    yield _front(history, columns, names)
    hypervolume = hypervolume_info(history.id, history)
    yield ReportFigure(
        "Hypervolume", hypervolume_figure(hypervolume), hypervolume.description, _HEIGHT
    )
    yield from _importance(history, columns, first)
    genes, constraints = telling_genes(columns, first, everyone), history.config.constraints
    if len(drawable_rows(columns, first, everyone)):
        strip = slice_info(
            history.id,
            columns,
            first,
            genes[0],
            everyone,
            constraints,
            history.budget,
            history.counted,
        )
        yield ReportFigure(strip.title, slice_figure(strip), strip.description, _HEIGHT)
        curves = distribution_info(history.id, columns, first, everyone, constraints)
        yield ReportFigure(curves.title, distribution_figure(curves), curves.description, _HEIGHT)
    pairs = correlation_info(history.id, columns, names, everyone)
    if len(names) > 1 and np.isfinite(pairs.ranks).any():
        height = 110 + _CELL * len(names)
        yield ReportFigure(
            "Correlation of metrics", correlation_figure(pairs), pairs.description, height
        )
    timeline = timeline_info(history.id, history)
    if not timeline.tells_of_measurements:
        return  # such as of imported results, or of predictions alone
    height = max(220, 110 + _ROW * len(timeline.workers))
    yield ReportFigure("Timeline", timeline_figure(timeline), timeline.description, height)


def _front(history: RunHistory, columns: RunColumns, names: list[str]) -> ReportFigure:
    objectives = tuple(objective.name for objective in history.objectives)
    y, x = plane_names(names, objectives)[:2] if len(names) > 1 else (names[0], "number")
    info = front_info(
        history.id, columns, FrontView((x, y)), objectives, history.config.constraints,
        history.budget, history.counted, evaluation_notes(history),
    )  # fmt: skip
    title = front_title(history.provenance, len(objectives))
    figure = with_filled_traces(front_figure(info))
    return ReportFigure(title, figure, info.description, _FRONT_HEIGHT)


def _importance(history: RunHistory, columns: RunColumns, name: str) -> Iterator[ReportFigure]:
    rows = drawable_rows(columns, name, np.ones(len(columns), dtype=bool))
    try:
        effects = measured_effects(
            columns.space, columns.genotypes[rows], columns.metrics[name][rows]
        )
    except DataError:
        return  # too few sub-networks, or all the same
    info = effects_info(history.id, columns.metric(name), effects, "stage")
    height = 60 + _BAR * len(info.bars)
    yield ReportFigure(info.title, importance_figure(info), info.description, height)
