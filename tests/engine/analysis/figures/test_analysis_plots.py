"""The figures of slice, contour, distribution, correlation and timeline."""

import json

import numpy as np
import pytest

from engine import plot_contour, plot_correlation, plot_distribution, plot_slice, plot_timeline
from engine.analysis.charts.correlation import correlation_info
from engine.analysis.charts.distribution import distribution_info
from engine.analysis.charts.gene_pair import pair_info
from engine.analysis.charts.gene_slice import slice_info
from engine.analysis.charts.telling_genes import telling_genes, telling_pair
from engine.analysis.charts.timeline import timeline_info
from engine.analysis.figures.correlation import correlation_figure
from engine.analysis.figures.distribution import distribution_figure
from engine.analysis.figures.gene_pair import pair_figure
from engine.analysis.figures.gene_slice import slice_figure
from engine.analysis.figures.timeline import timeline_figure
from engine.constraints import parse_constraints
from engine.errors import FigureError, FilterError
from engine.runs.columns import run_columns


def as_json(part):
    """A figure as the page gets it; arrays travel packed, everything else as JSON without NaN."""
    if isinstance(part, np.ndarray):
        return None
    if isinstance(part, dict):
        return {name: as_json(inner) for name, inner in part.items()}
    return [as_json(inner) for inner in part] if isinstance(part, list | tuple) else part


def figures(history, candidates):
    columns = run_columns(history)
    metrics = ["acc", "macs", "params"]
    return [
        slice_figure(
            slice_info("run", columns, "acc", "ks3", candidates, parse_constraints("acc >= 85"), 12)
        ),
        pair_figure(pair_info("run", columns, "macs", ("d1", "ks3"), candidates)),
        distribution_figure(distribution_info("run", columns, "acc", candidates, ())),
        correlation_figure(correlation_info("run", columns, metrics, candidates)),
        timeline_figure(timeline_info("run", history)),
    ]


@pytest.mark.parametrize("share", [0, 1])
def test_a_browser_can_read_every_figure(history, share):
    """Outside arrays there is no NaN, which JSON does not have; also where there are no values."""
    for figure in figures(history, np.full(len(history.evaluations), bool(share))):
        json.dumps(as_json(figure), allow_nan=False)


def test_every_figure_has_its_data_as_a_table(history):
    everyone = np.ones(len(history.evaluations), dtype=bool)
    for figure in figures(history, everyone):
        header, columns = figure["table"]["header"], figure["table"]["columns"]
        assert len(header) == len(columns) == len(set(header))
        assert len({len(column) for column in columns}) == 1
        assert len(columns[0])


def test_points_of_a_slice_are_the_measured_sub_networks(history):
    figure = plot_slice(history, "acc", "d1")
    drawn = {int(n) for trace in figure.data[:4:2] for n in trace.customdata}
    assert drawn == {e.number for e in history.evaluations if e.ok}
    assert figure.layout.title.text == "Top-1 accuracy by Stage 1 depth"


def test_a_filter_selects(history):
    figure = plot_slice(history, "acc", "d1", where="front")
    assert {int(n) for n in figure.data[2].customdata} == set(history.front_numbers)
    assert not len(figure.data[0].customdata)


def test_a_contour_has_a_cell_for_each_pair(history):
    figure = plot_contour(history, "acc", ["d1", "d2"])
    assert np.array(figure.data[0].z, dtype=float).shape == (3, 3)
    assert list(figure.layout.xaxis.ticktext) == ["2", "3", "4"]


def test_a_timeline_has_a_bar_for_each_evaluation(history):
    traces = plot_timeline(history).data
    numbers = {int(n) for trace in traces for n in trace.customdata}
    assert numbers == {e.number for e in history.evaluations}
    assert any(trace.name.startswith("Failed") for trace in traces)


@pytest.mark.parametrize("style", ["light", "dark", "published"])
def test_each_can_be_drawn_in_every_style(history, style):
    for figure in (
        plot_slice(history, style=style),
        plot_contour(history, style=style),
        plot_distribution(history, style=style),
        plot_correlation(history, style=style),
        plot_timeline(history, style=style),
    ):
        assert "@" not in json.dumps(figure.to_plotly_json(), default=str)


@pytest.mark.parametrize(
    ("draw", "sentence"),
    [
        (lambda h: plot_slice(h, "acc", "d99"), "There is no gene 'd99' to draw here"),
        (lambda h: plot_slice(h, "nothing"), "There is no metric 'nothing'"),
        (lambda h: plot_slice(h, gene=3), "gene: give the name of a gene"),
        (lambda h: plot_contour(h, "acc", ["d1"]), "genes: give two names of genes, not 1"),
        (lambda h: plot_contour(h, "acc", "d1"), "genes: give two names of genes such as"),
        (lambda h: plot_distribution(h, "acc", where="acc > 100"), "No sub-network that passes"),
        (lambda h: plot_correlation(h, ["acc", "x"]), "There is no metric 'x'"),
        (lambda h: plot_correlation(h, where="acc > 100"), "Correlations need two metrics"),
    ],
)
def test_what_cannot_be_drawn_is_said(history, draw, sentence):
    with pytest.raises(FigureError, match=sentence):
        draw(history)


def test_a_wrong_filter_is_said(history):
    with pytest.raises(FilterError):
        plot_distribution(history, where="mac < 3")


def test_the_usual_genes_of_a_contour_are_those_of_the_page(history):
    columns = run_columns(history)
    everyone = np.ones(len(columns), dtype=bool)
    x, y = telling_pair(columns, telling_genes(columns, "acc", everyone))
    labels = {gene.name: gene.label for gene in columns.genes}
    layout = plot_contour(history).layout
    assert (layout.xaxis.title.text, layout.yaxis.title.text) == (labels[x], labels[y])
