import numpy as np
import pytest

from engine.analysis.measured_effects import measured_effects
from engine.errors import DataError
from engine.space import Gene, SearchSpace

SPACE = SearchSpace([Gene("a", (1, 2, 3)), Gene("b", (1, 2, 3)), Gene("c", (1, 2))])


def shares(report):
    return {share.label: share.mean for share in report.genes}


def one_way(levels, values):
    """The adjusted share of the variance between the groups of equal levels, the long way."""
    groups = [values[levels == level] for level in np.unique(levels)]
    within = sum(float(((g - g.mean()) ** 2).sum()) for g in groups)
    total = float(((values - values.mean()) ** 2).sum())
    n, k = len(values), len(groups)
    return max(0.0, 1 - within / total * (n - 1) / (n - k))


def test_the_share_of_a_gene_is_the_variance_between_its_choices():
    rng = np.random.default_rng(1)
    rows = rng.integers(0, [3, 3, 2], (80, 3))
    values = np.array([0.0, 5.0, 1.0])[rows[:, 0]] + 0.3 * rows[:, 1] + rng.normal(size=80)
    report = measured_effects(SPACE, rows, values)
    found = shares(report)
    for index, label in enumerate(found_labels()):
        assert found[label] == pytest.approx(one_way(rows[:, index], values))
    assert report.genes[0].label == found_labels()[0]
    assert report.rows == 80


def found_labels():
    from engine.gene_names import named_genes

    return [gene.label for gene in named_genes(SPACE)]


def test_chance_explains_nothing_on_average():
    rng = np.random.default_rng(2)
    means = []
    for _ in range(40):
        rows, values = rng.integers(0, [3, 3, 2], (30, 3)), rng.normal(size=30)
        means.append(measured_effects(SPACE, rows, values).genes[-1].mean)
    assert np.median(means) == 0.0


@pytest.mark.parametrize(
    ("values", "problem"),
    [([1.0, 2.0], "there are 2 so far"), ([1.0], "there is 1 so far"), ([3.0] * 9, "same value")],
)
def test_too_few_or_equal_values_are_said(values, problem):
    rows = np.zeros((len(values), 3), dtype=np.int64)
    with pytest.raises(DataError, match=problem):
        measured_effects(SPACE, rows, np.array(values))


def test_genes_that_leave_no_freedom_get_no_share():
    space = SearchSpace([Gene("a", tuple(range(10))), Gene("b", (1, 2))])
    rows = np.array([[0, 0], [1, 1], [2, 0], [3, 1], [4, 0]])
    report = measured_effects(space, rows, np.array([1.0, 2.0, 3.0, 4.0, 7.0]))
    assert min(shares(report).values()) == 0.0
