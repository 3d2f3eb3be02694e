"""Slice, contour, distribution, correlation and timeline, against the numbers counted by hand."""

import time
from dataclasses import fields, replace
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import pearsonr, spearmanr

from engine.analysis.charts.correlation import correlation_info
from engine.analysis.charts.distribution import MAX_STEPS, distribution_info
from engine.analysis.charts.gene_levels import MAX_LEVELS, gene_levels, levels_of_choices
from engine.analysis.charts.gene_pair import pair_info
from engine.analysis.charts.gene_slice import MAX_POINTS, slice_info
from engine.analysis.charts.telling_genes import telling_genes, telling_pair
from engine.analysis.charts.timeline import STATES, timeline_info
from engine.constraints import parse_constraints
from engine.pareto.lifetimes import STILL_ON_FRONT
from engine.runs.columns import RunColumns, run_columns
from engine.space import Gene

LARGE = 20_000
FEWEST_SECONDS = 0.2


@pytest.fixture(scope="module")
def columns(history):
    return run_columns(history)


@pytest.fixture
def everyone(columns):
    return np.ones(len(columns), dtype=bool)


@pytest.fixture(scope="module")
def large_columns(columns):
    """The twelve evaluations over and over, with values that differ."""
    rng = np.random.default_rng(0)
    rows = np.arange(LARGE) % len(columns)
    arrays = {
        field.name: getattr(columns, field.name)[rows]
        for field in fields(RunColumns)
        if isinstance(getattr(columns, field.name), np.ndarray)
    }
    metrics = {
        name: values[rows] * rng.normal(1, 0.01, LARGE) for name, values in columns.metrics.items()
    }
    arrays["dominated_at"] = np.where(np.arange(LARGE) < LARGE - 50, 0, STILL_ON_FRONT)
    return replace(columns, metrics=metrics, **arrays)


def of_choice(columns, history, gene, text):
    """The accuracies of the sub-networks with a choice of the gene."""
    values = columns.by_name(len(columns))[gene]
    return [
        e.metrics["acc"]
        for e, value in zip(history.evaluations, values, strict=True)
        if e.ok and ("off" if np.isnan(value) else f"{value:g}") == text
    ]


def test_a_slice_has_the_quartiles_of_each_choice(history, columns, everyone):
    info = slice_info("run", columns, "acc", "ks3", everyone, parse_constraints("acc >= 89"), 12)
    assert info.gene.texts == ("off", "3", "5", "7")
    for level, text in enumerate(info.gene.texts):
        values = of_choice(columns, history, "ks3", text)
        assert info.counts[level] == len(values)
        if values:
            np.testing.assert_allclose(
                info.quartiles[:, level], np.quantile(values, [0.25, 0.5, 0.75])
            )
    assert [(limit.position, limit.label) for limit in info.limits] == [
        (89.0, "Top-1 accuracy ≥ 89 %")
    ]
    assert set(info.number) == {e.number for e in history.evaluations if e.ok}
    assert np.abs(info.x - info.gene.level).max() < 0.5
    assert set(info.number[info.on_front]) == history.front_numbers


def test_a_pair_has_the_median_and_the_best_of_each_cell(history, columns, everyone):
    info = pair_info("run", columns, "acc", ("d1", "d2"), everyone)
    values = columns.by_name(len(columns))
    accuracy = columns.metrics["acc"]
    for row, y in enumerate(info.y.texts):
        for column, x in enumerate(info.x.texts):
            inside = columns.ok & (values["d1"] == float(x)) & (values["d2"] == float(y))
            assert info.count[row, column] == inside.sum()
            if inside.any():
                assert info.median[row, column] == pytest.approx(np.median(accuracy[inside]))
                assert info.best[row, column] == accuracy[inside].max()
            else:
                assert np.isnan(info.median[row, column])
    assert info.count.sum() == sum(e.ok for e in history.evaluations)
    assert f"{np.nanmax(info.median):.2f}" in info.description


def test_the_best_of_a_cost_is_the_lowest(columns, everyone):
    info = pair_info("run", columns, "macs", ("d1", "d2"), everyone)
    filled = info.count > 0
    assert (info.best[filled] <= info.median[filled]).all()


def test_a_distribution_says_which_share_has_at_most_a_value(history, columns, everyone):
    info = distribution_info("run", columns, "acc", everyone, ())
    by_name = {curve.name: curve for curve in info.curves}
    accuracy = [e.metrics["acc"] for e in history.evaluations if e.ok]
    everything = by_name["All"]
    for value, share in zip(everything.value, everything.share, strict=True):
        assert share == pytest.approx(np.mean([a <= value for a in accuracy]))
    halves = [by_name[name].count for name in ("First half", "Second half")]
    early = [e for e in history.evaluations if e.ok and e.number <= 6]
    assert halves == [len(early), len(accuracy) - len(early)]
    assert by_name["On the front"].count == len(history.front())


def test_correlations_are_those_of_scipy_among_what_has_both(columns, everyone):
    names = ["acc", "macs", "params"]
    info = correlation_info("run", columns, names, everyone)
    for i, first in enumerate(names):
        for j, second in enumerate(names):
            pair = [columns.metrics[name][columns.ok] for name in (first, second)]
            assert info.ranks[i, j] == pytest.approx(spearmanr(*pair).statistic)
            assert info.linear[i, j] == pytest.approx(pearsonr(*pair).statistic)
    assert (info.count == columns.ok.sum()).all()


def test_tied_values_share_their_rank(columns, everyone):
    tied = {**columns.metrics, "acc": np.round(columns.metrics["acc"])}
    info = correlation_info("run", replace(columns, metrics=tied), ["acc", "macs"], everyone)
    pair = [tied[name][columns.ok] for name in ("acc", "macs")]
    assert info.ranks[0, 1] == pytest.approx(spearmanr(*pair).statistic)


def test_a_metric_that_never_changes_correlates_with_nothing(columns, everyone):
    same = {**columns.metrics, "acc": np.full(len(columns), 90.0)}
    info = correlation_info("run", replace(columns, metrics=same), ["acc", "macs"], everyone)
    assert np.isnan(info.ranks[0, 1])
    assert info.description.startswith("Correlations need two metrics")


def test_the_timeline_has_every_evaluation_with_its_state(history):
    info = timeline_info("run", history)
    assert info.number.tolist() == [e.number for e in history.evaluations]
    failed = {e.number for e in history.evaluations if not e.ok}
    assert {
        n for n, s in zip(info.number, info.state, strict=True) if STATES[s] == "failed"
    } == failed
    assert (info.began <= info.ended).all()
    assert info.is_running_time
    assert f"{len(failed)} failed" in info.description
    assert len(timeline_info("run", history, 4).number) == 4


def test_the_timeline_of_a_run_without_running_times_begins_with_its_first_evaluation(history):
    evaluations = [
        replace(e, finished=100.0 + 10 * e.number, seconds=4.0, worker="", reused=e.number == 2)
        for e in history.evaluations
    ]
    imported = SimpleNamespace(evaluations=evaluations, events=[], elapsed=0.0)
    info = timeline_info("run", imported)
    assert not info.is_running_time
    assert info.began[0] == 0.0
    assert info.ended[-1] == pytest.approx(4.0 + 10 * (len(history.evaluations) - 1))
    assert info.workers == ("unknown worker", "no worker")
    assert "1 reused" in info.description


def test_a_gene_with_many_choices_has_ranges_of_them():
    level = levels_of_choices(Gene("width", tuple(range(100, 0, -1)), kind="ordinal"))
    assert level.max() == MAX_LEVELS - 1
    assert np.bincount(level).min() >= 100 // MAX_LEVELS
    assert level[0] == MAX_LEVELS - 1  # the largest choice is first


def test_levels_are_in_the_words_of_the_supernet(columns):
    levels = gene_levels(columns, "d1", np.arange(len(columns)))
    assert levels.texts == ("2", "3", "4")
    assert [int(levels.texts[i]) for i in levels.level] == columns.by_name(99)["d1"].tolist()


def test_the_usual_pair_does_not_switch_one_another(columns):
    genes = telling_genes(columns, "acc", np.ones(len(columns), dtype=bool))
    assert sorted(genes) == sorted(gene.name for gene in columns.genes)
    assert telling_pair(columns, ["d1", "ks3", "e4", "d2"]) == ("d1", "d2")
    assert telling_pair(columns, ["ks3", "d1", "d2"]) == ("ks3", "d2")


def test_a_filter_that_nothing_passes_leaves_empty_charts(columns):
    nobody = np.zeros(len(columns), dtype=bool)
    assert slice_info("run", columns, "acc", "d1", nobody, (), 12).total == 0
    assert pair_info("run", columns, "acc", ("d1", "d2"), nobody).total == 0
    assert distribution_info("run", columns, "acc", nobody, ()).curves == ()
    assert np.isnan(correlation_info("run", columns, ["acc", "macs"], nobody).ranks).all()
    assert len(telling_genes(columns, "acc", nobody)) == len(columns.genes)


@pytest.mark.parametrize(
    "view",
    [
        lambda c, m: slice_info("run", c, "acc", "d1", m, (), LARGE),
        lambda c, m: pair_info("run", c, "acc", ("d1", "d2"), m),
        lambda c, m: distribution_info("run", c, "acc", m, ()),
        lambda c, m: correlation_info("run", c, ["acc", "macs", "params"], m),
        lambda c, m: telling_genes(c, "acc", m),
    ],
)
def test_twenty_thousand_evaluations_take_a_fraction_of_a_second(large_columns, view):
    everyone = np.ones(LARGE, dtype=bool)
    seconds = []
    for _ in range(3):
        began = time.process_time()
        view(large_columns, everyone)
        seconds.append(time.process_time() - began)
    assert min(seconds) < FEWEST_SECONDS


def test_of_many_points_some_are_drawn(large_columns):
    everyone = np.ones(LARGE, dtype=bool)
    info = slice_info("run", large_columns, "acc", "d1", everyone, (), LARGE)
    off_front = int((~info.on_front).sum())
    assert off_front <= MAX_POINTS < info.total
    assert info.note.startswith(f"{len(info.number):,} of {info.total:,} sub-networks drawn")
    curves = distribution_info("run", large_columns, "acc", everyone, ()).curves
    assert max(len(curve.value) for curve in curves) == MAX_STEPS
