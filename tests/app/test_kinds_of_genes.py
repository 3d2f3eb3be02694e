"""What is drawn of genes of every kind: axes, cells, boxes, comparisons, texts."""

from functools import partial

import numpy as np
import pytest

from app.diagrams.aligned import aligned_info, aligned_svg
from app.diagrams.genes import gene_rows, genes_svg, genes_text
from app.diagrams.subnetwork import diagram_info
from app.explore.table import sorted_numbers, table_info
from app.formatting import cost_range, power_of_ten
from app.subnetwork_panel import architecture
from app.tables.front import front_info
from engine.analysis.charts.parallel import axis_values, brushed_mask, parallel_info
from engine.analysis.comparison.sub_networks import gene_rows as compared_rows
from engine.analysis.figures.parallel import parallel_figure
from engine.analysis.figures.plotly_figure import plotly_figure
from engine.analysis.filtering import filter_rows
from engine.config import NASConfig
from engine.runs.columns import ColumnStore
from engine.runs.service import RunService
from engine.space import Gene, SearchSpace
from engine.supernets import registry
from engine.supernets.base import Stage
from tests.engine.conftest import install as install
from tests.engine.runs.fakes import InstantEvaluator

OFFERED = "tests.engine.offered"


@pytest.fixture
def history(tmp_path, install):
    install({"all_kinds": f"{OFFERED}:AllKinds"}, {"energy": f"{OFFERED}:ENERGY"})
    service = RunService(tmp_path, partial(InstantEvaluator, fail_every=9))
    settings = {"population": 8, "num_evals": 30, "workers": 1, "supernet": "all_kinds"}
    run = service.start(NASConfig(approach="random", dynas=settings))
    service.wait(run, timeout=60)
    yield service.history(run)
    service.close()


@pytest.fixture
def columns(history):
    return ColumnStore(registry.load("all_kinds").space, 2).update(history)


def test_an_axis_of_a_category_has_its_choices_as_ticks(columns):
    values, ticks = axis_values(columns, "act1", len(columns))
    assert ticks == {0.0: "relu", 1.0: "ge  lu", 2.0: "silu"}
    np.testing.assert_array_equal(values, columns.genotypes[:, 0])
    brushed = brushed_mask(columns, {"act1": [(1.5, 2.5)]}, len(columns))
    np.testing.assert_array_equal(brushed, columns.genotypes[:, 0] == 2)


def test_an_axis_of_many_choices_has_a_few_ticks_and_a_place_for_off(columns):
    for name, low, high in (("width1", 8, 4096), ("seed1", 0, 2**31 - 1)):
        values, ticks = axis_values(columns, name, len(columns))
        numbers = [float(text) for text in ticks.values() if text != "off"]
        assert (min(numbers), max(numbers)) == (low, high)
        assert len(numbers) == 12
        off = np.isnan(columns.by_name(len(columns))[name])
        assert (values[off] < low).all()
        assert ((values[~off] >= low) & (values[~off] <= high)).all()


def test_parallel_axes_of_all_genes_are_what_plotly_knows(columns):
    names = ["acc", "macs", *(gene.name for gene in columns.genes)]
    everything = np.ones(len(columns), dtype=bool)
    info = parallel_info("run", columns, names, everything, None, 30)
    assert len(info.number) == columns.ok.sum()
    assert len(plotly_figure(parallel_figure(info, {})).data[0].dimensions) == len(names)


def test_cells_and_order_of_the_table(columns):
    names = tuple(gene.name for gene in columns.genes)
    info = table_info(columns, np.ones(len(columns), dtype=bool), names, "act1", False, 1)
    activations = [cells[1] for cells in info.cells]
    assert activations == sorted(activations, key=["relu", "ge  lu", "silu"].index)
    widths = {cells[3] for cells in info.cells}
    assert "off" in widths
    assert {int(width) for width in widths - {"off"}} <= set(range(8, 4097))
    assert all("e+" not in cells[6] for cells in info.cells)
    for name in names:
        assert len(sorted_numbers(columns, columns.ok, name, True)) == columns.ok.sum()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("act1 < 2", 'act1 has choices without an order. Ask for one with == or !=, such as '
         'act1 == "relu".'),
        ("act1 + 1 == 2", 'act1 has choices without an order. Ask for one with == or !=, such as '
         'act1 == "relu".'),
        ("act1", 'act1 has choices without an order. Ask for one with == or !=, such as '
         'act1 == "relu".'),
        ('act1 == "tanh"', 'act1 is never "tanh". It is one of "relu", "ge  lu", "silu".'),
        ("act1 == 0", 'act1 is never 0. It is one of "relu", "ge  lu", "silu".'),
        ('d1 == "relu"', "'relu' is not a number. Use columns, numbers, < <= > >= == !=, and, or, "
         "not, + - * / and parentheses."),
    ],
)  # fmt: skip
def test_a_filter_that_a_category_cannot_meet_says_what_can_be_asked(columns, text, sentence):
    result = filter_rows(columns, text, {}, len(columns))
    assert result.error == sentence
    assert result.mask.all()


def test_a_filter_by_choice(columns):
    result = filter_rows(columns, 'act1 == "relu" and not failed', {}, len(columns))
    assert (result.error, result.is_active) == ("", True)
    np.testing.assert_array_equal(result.mask, (columns.genotypes[:, 0] == 0) & columns.ok)


def test_a_sub_network_is_drawn_without_claiming_that_a_category_is_large(history):
    evaluation = next(e for e in history.evaluations if e.config["act"] == ["silu"])
    figure = architecture("all_kinds", evaluation)
    assert figure.legend == (
        "a box a gene, taller: a larger choice; of middle height: without an order."
    )
    assert ">silu<" in figure.svg
    rows = gene_rows(registry.load("all_kinds").space, evaluation.config)
    assert {row.boxes[0].share for row in rows if row.name in ("Act", "Norm")} == {0.5}


def test_sub_networks_are_compared_by_their_choices(history):
    space = registry.load("all_kinds").space
    evaluations = history.evaluations[:3]
    rows = {row.title: row.values for row in compared_rows(space, evaluations)}
    assert tuple(e.config["act"][0] for e in evaluations) in rows.values()
    info = aligned_info(["a", "b", "c"], [e.config for e in evaluations], space, ())
    assert "of middle height: without an order" in info.legend
    assert aligned_svg(info).startswith("<svg")
    assert front_info(history, ["acc", "macs"]).rows


def test_texts_say_what_there_is_to_choose(history):
    space = registry.load("all_kinds").space
    assert genes_text(space) == [
        "Act: relu, ge  lu or silu",
        "D: 1, 2 or 3",
        "Width: 8 to 4,096",
        "Heads: 1, 2 or 4",
        "Norm: batch or layer",
        "Seed: 0 to 2,147,483,647",
    ]
    assert cost_range(registry.load("all_kinds")).endswith(", of 200 drawn at random.")


def test_long_lists_of_choices_are_cut():
    space = SearchSpace(
        (
            Gene("w", tuple(range(100)), role="width"),
            Gene("w", range(1, 101, 3), role="width"),
            Gene("k", range(3)),
        )
    )
    assert genes_text(space) == [
        "Width: 0, 1, 2, 3, 4, 5, 6 or 93 more", "Width: 1 to 100 in steps of 3", "K: 0, 1 or 2",
    ]  # fmt: skip


def test_words_stay_within_their_boxes():
    space = SearchSpace((Gene("seed", range(2**31)),) * 8)
    svg = genes_svg(gene_rows(space, space.to_config(space.largest)))
    assert svg.count("…<") == 8
    small_space = SearchSpace(space.genes[:2])
    assert (
        genes_svg(gene_rows(small_space, small_space.to_config(small_space.largest))).count(
            ">2147483647<"
        )
        == 2
    )


def test_texts_as_kernels_are_drawn_as_they_are():
    space = SearchSpace(
        (Gene("ks", ("3x3", "5x5"), kind="categorical", role="kernel", part="block 1"),)
    )
    info = diagram_info(space, [Stage(8, 8, 1, 1)], {"ks": "3x3"})
    assert [block.text for block in info.rows[0].blocks] == ["3x3"]


def test_counts_may_be_larger_than_any_floating_point_number():
    assert power_of_ten(2**1240) == "1.9 × 10³⁷³"
    assert power_of_ten(10**5000) == "1.0 × 10⁵⁰⁰⁰"
    assert power_of_ten(999_960) == "1.0 × 10⁶"
