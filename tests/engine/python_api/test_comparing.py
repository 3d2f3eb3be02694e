"""`compare`: a table, sentences and figures of several runs."""

import math
from dataclasses import replace

import pytest

from engine.analysis.palette import LINE_STYLES
from engine.errors import ConfigError, FigureError, RunError
from engine.metrics import Metric
from engine.python_api.comparing import compare
from engine.python_api.front import Front
from tests.comparable_runs import FAST, SLOW
from tests.comparable_runs import make as make


@pytest.fixture
def two(make):
    return [make("fast", FAST, "dynas"), make("slow", SLOW)]


def test_a_row_for_each_says_how_far_it_came(two):
    table = compare(two).to_dataframe()
    assert list(table.index) == ["fast", "slow"]
    assert table["approach"].tolist() == ["dynas", "random"]
    assert table["evaluations"].tolist() == [3, 8]
    assert table.hypervolume["fast"] > table.hypervolume["slow"] > 0
    assert table.evaluations_to_baseline.tolist() == [2, 8]


def test_the_sentences_are_those_of_the_page(two):
    (sentence,) = compare([Front(history) for history in two]).sentences
    assert sentence.startswith("dynas reached random's final hypervolume")
    assert "after 2 evaluations, random itself after 8: 4.0× fewer." in sentence


def test_runs_that_differ_in_their_seed_are_one_series_unless_they_are_apart(make):
    seeds = [make("run", FAST, seed=seed) for seed in (1, 2, 3)]
    assert compare(seeds).to_dataframe()["seeds"].tolist() == [3]
    assert compare(seeds, apart=True).to_dataframe()["seeds"].tolist() == [1, 1, 1]


def test_a_hypervolume_that_means_something_else_is_left_out_with_the_reason(two, make):
    other = make("other", FAST, metrics=["acc", "params"])
    comparison = compare([*two, other])
    assert math.isnan(comparison.to_dataframe().hypervolume["other"])
    assert comparison.sentences[-1] == (
        "The hypervolume of other cannot be held against that of fast: it optimises Top-1 accuracy "
        "and Parameters, not Top-1 accuracy and MACs."
    )
    with pytest.raises(FigureError, match="cannot be held against"):
        comparison.plot_hypervolume()


def test_its_figures_have_a_line_for_each(two):
    comparison = compare(two)
    for figure in (comparison.plot("macs", "acc"), comparison.plot_hypervolume(style="dark")):
        assert {"fast", "slow"} <= {trace.name for trace in figure.data}


def test_it_shows_table_and_sentences(two):
    comparison = compare(two)
    assert comparison.sentences[0] in repr(comparison)
    assert "<table" in comparison._repr_html_()
    assert "4.0× fewer" in comparison._repr_html_()


def test_a_run_without_measurements_is_a_row_without_numbers(make):
    table = compare([make("new", [])]).to_dataframe()
    assert (table.evaluations["new"], table.front["new"]) == (0, 0)
    assert math.isnan(table.hypervolume["new"])


@pytest.mark.parametrize("wrong", [[], "20260101-000000-abcdef", 5, None])
def test_what_is_no_list_of_runs_is_refused(wrong):
    with pytest.raises(ConfigError, match="runs"):
        compare(wrong)


def test_more_than_can_be_told_apart_are_refused(make):
    runs = [make(f"run {seed}", FAST, seed=seed) for seed in range(len(LINE_STYLES) + 1)]
    with pytest.raises(ConfigError, match="series can be compared at once"):
        compare(runs, apart=True)
    with pytest.raises(RunError, match="There is no run"):
        compare(["20260101-000000-abcdef"])


def test_runs_with_one_of_two_objectives_in_common_are_told_what_can_be_drawn(make):
    accuracies = [(88.0,), (90.0,), (91.0,)]
    costs = ("macs", "lat")
    comparison = compare(
        [make(cost, accuracies, metrics=["acc", cost], record=[]) for cost in costs]
    )
    sentence = r"These runs have one metric in common, acc, .* Draw each run by itself with plot_fr"
    with pytest.raises(FigureError, match=sentence):
        comparison.plot()


def test_runs_without_a_common_metric_are_told_to_be_others(two, make):
    other = make("other", [], metrics=["lat"], record=[])
    with pytest.raises(FigureError, match=r"have no metric in common\. Take others"):
        compare([two[0], other]).plot()


LESS = Metric("f1", "F1", "", "min", "measured", "Of a script.")


def test_metrics_of_one_name_that_mean_different_things_are_not_mixed(make):
    more = make("more", FAST, of_script=[replace(LESS, direction="max")], metrics=["f1", "macs"])
    less = make("less", FAST, of_script=[LESS], metrics=["f1", "macs"])
    assert more.front()[0].metrics["f1"] == 7.0
    assert [e.metrics["f1"] for e in less.front()] == [7.0]
    comparison = compare([more, less])
    assert comparison.sentences == [
        "The hypervolume of less cannot be held against that of more: of its F1 less is better, "
        "not more.",
        "F1 of 'less' is another metric than that of 'more': of its F1 less is better, not more. "
        "They cannot be drawn on one axis.",
    ]
    with pytest.raises(FigureError, match="F1 of 'less' is another metric"):
        comparison.plot("macs", "f1")
    assert comparison.plot().layout.yaxis.title.text.startswith("MACs")
    seconds = make("seconds", FAST, of_script=[replace(LESS, unit="s")], metrics=["f1", "macs"])
    assert "its F1 is in s, not without a unit" in compare([less, seconds]).sentences[0]
