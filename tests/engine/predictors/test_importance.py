import numpy as np
import pytest

from engine.errors import DataError
from engine.predictors.importance import MIN_ROWS, gene_importance
from engine.predictors.importance_process import importance_in_process
from engine.space import mbconv_space

SPACE = mbconv_space(stages=2, blocks=2, depths=(1, 2))


def sampled(rows=120):
    return SPACE.sample(rows, np.random.default_rng(1))


def metric_values():
    """A metric of the second stage's depth and of one kernel of the first; it without noise."""
    genotypes = sampled()
    depth = [gene.group for gene in SPACE.genes].index("d") + 1
    exact_values = 4.0 * genotypes[:, depth] + genotypes[:, 0]
    return exact_values + np.random.default_rng(2).normal(0, 0.05, len(genotypes)), exact_values


@pytest.fixture(scope="module")
def report():
    return gene_importance(SPACE, sampled(), metric_values()[0])


def test_what_matters_comes_first(report):
    assert report.groups[0].label == "Stage 2 depth"
    assert report.groups[1].label == "Stage 1 kernel size"
    assert report.genes[1].label == "Stage 1 block 1 kernel size"


def test_what_does_not_matter_is_nothing_beside_its_spread(report):
    others = report.genes[2:]
    assert all(abs(importance.mean) < 0.05 + 2 * importance.deviation for importance in others)
    assert others[0].mean < report.genes[1].mean / 3


def test_it_says_how_good_the_predictor_is(report):
    assert report.rows == 120
    values, known = metric_values()
    order = np.sign(np.subtract.outer(values, values) * np.subtract.outer(known, known))
    certain = order.sum() / (order.size - len(values))  # tau, if pairs that noise orders are even
    assert report.tau > certain - 0.05
    assert report.explained_variance > 0.99


def test_chance_is_not_explained():
    genotypes = sampled(60)
    values = np.random.default_rng(3).normal(size=60)
    report = gene_importance(SPACE, genotypes, values)
    assert report.tau < 0.4
    assert report.explained_variance < 0.2


def test_it_is_the_same_each_time():
    genotypes = sampled(40)
    values = genotypes.sum(axis=1).astype(float)
    assert gene_importance(SPACE, genotypes, values) == gene_importance(SPACE, genotypes, values)


def test_too_few_or_all_the_same_is_refused():
    with pytest.raises(DataError, match=f"needs {MIN_ROWS}"):
        gene_importance(SPACE, sampled(5), np.arange(5.0))
    with pytest.raises(DataError, match="same value"):
        gene_importance(SPACE, sampled(40), np.ones(40))


def test_a_process_of_its_own_finds_the_same_and_raises_the_same():
    genotypes = sampled(40)
    values = genotypes.sum(axis=1).astype(float)
    assert importance_in_process(SPACE, genotypes, values) == gene_importance(
        SPACE, genotypes, values
    )
    with pytest.raises(DataError, match="same value"):
        importance_in_process(SPACE, genotypes, np.ones(40))
