import numpy as np
import pytest

from app.decide.metrics_table import metrics_html
from engine.analysis.comparison.sub_networks import gene_rows, metric_rows
from engine.runs.held_out import held_out_data
from engine.supernets import registry
from tests.engine.records import evaluation

SPACE = registry.load(registry.DEFAULT).space


def of(genotype, **changes):
    canonical = SPACE.canonical(np.array(genotype))
    return evaluation(
        genotype=tuple(int(g) for g in canonical), config=SPACE.to_config(canonical), **changes
    )


def test_the_first_column_is_what_the_others_are_held_against():
    evaluations = [evaluation(90.0, 5e6, number=3), evaluation(91.0, 6e6, number=9)]
    accuracy, macs = metric_rows(evaluations, ["acc", "macs"], {})
    assert [value.text for value in accuracy.values] == ["90.00 %", "91.00 %"]
    assert [value.source for value in macs.values] == ["exact", "exact"]
    assert accuracy.values[0].delta is None
    assert accuracy.values[1].delta.words == "+1.00 points, better"
    assert macs.values[1].delta.words == "+1.00 M MACs (+20 %), worse"


def test_held_out_accuracy_stands_beside_that_of_validation_once_it_is_known():
    evaluations = [evaluation(number=3), evaluation(91.0, number=9)]
    assert len(metric_rows(evaluations, ["acc"], {})) == 1
    row = metric_rows(evaluations, ["acc"], {9: 89.5}, held_out_data(registry.DEFAULT))[1]
    assert row.title == "Top-1 accuracy, held out ↑"
    assert [(v.text, v.source) for v in row.values] == [("–", ""), ("89.50 %", "held out")]
    html = metrics_html(["#3", "#9"], [row])
    assert "89.50 %" in html
    assert "points" not in html.split("<tbody>")[1]


def test_genes_without_effect_are_off_and_differences_are_found():
    rows = {row.title: row for row in gene_rows(SPACE, [of(SPACE.smallest), of(SPACE.largest)])}
    assert len(rows) == len(SPACE.genes)
    assert rows["Stage 1 depth"].values == ("2", "4")
    assert rows["Stage 1 block 4 kernel size"].values == ("off", "7")
    same = gene_rows(SPACE, [of(SPACE.largest), of(SPACE.largest)])
    assert not any(row.differs for row in same)


@pytest.mark.parametrize("name", [registry.DEFAULT, "ofa_resnet50"])
def test_every_difference_of_two_networks_is_a_row(name):
    space = registry.load(name).space
    rng = np.random.default_rng(0)
    for pair in space.sample(20, rng).reshape(10, 2, -1):
        evaluations = [evaluation(genotype=tuple(int(g) for g in genotype)) for genotype in pair]
        on = space.active(pair)
        apart = ((pair[0] != pair[1]) & on.all(axis=0)) | (on[0] != on[1])
        assert [row.differs for row in gene_rows(space, evaluations)] == apart.tolist()
