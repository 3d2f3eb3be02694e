import numpy as np
import pytest

from engine.analysis.changed_limits import changed_limit
from engine.analysis.goal import (
    Goal,
    answer,
    best,
    limit_remarks,
    nothing_fits_text,
)
from engine.analysis.goal_text import answer_entries, marks_with_answer
from engine.analysis.impossible_goal import impossible_text
from engine.analysis.number_text import metric_value_bare
from engine.constraints import Constraint, parse_constraints
from engine.errors import ConfigError, RunError
from engine.export.chosen import best_subnetwork
from engine.python_api.front import Front
from tests.sourced_run import sourced_history


def by_hand(history, limit, metric="acc"):
    """The numbers within a limit on MACs, the best first."""
    fitting = [e for e in history.evaluations if e.ok and e.metrics["macs"] <= limit]
    return [
        e.number for e in sorted(fitting, key=lambda e: (-e.metrics[metric], e.metrics["macs"]))
    ]


@pytest.fixture
def middle(history):
    """A limit on MACs that some sub-networks keep to and others do not."""
    values = sorted(e.metrics["macs"] for e in history.evaluations if e.ok)
    return values[len(values) // 2]


def test_the_best_within_limits_is_that_of_all_measurements(history, middle):
    first, second, *_ = by_hand(history, middle)
    result = answer(history, Goal.parse("Top-1 Accuracy", f"MACs <= {middle!r}"))
    assert (result.best.number, result.runner_up.number) == (first, second)
    assert result.fitting == len(by_hand(history, middle))
    assert result.measured == sum(e.ok for e in history.evaluations)
    assert best(history, "acc", [Constraint.parse(f"macs <= {middle!r}")]).number == first
    assert best(history, "acc").number == by_hand(history, 1e12)[0]
    assert best(history, "macs").metrics["macs"] == min(
        e.metrics["macs"] for e in history.evaluations if e.ok
    )


def test_a_strict_limit_excludes_what_equals_it(history, middle):
    below = best(history, "acc", f"macs < {middle!r}")
    assert below.metrics["macs"] < middle


def test_what_more_and_half_of_a_limit_give(history, middle):
    more, half = answer(history, Goal.parse("acc", f"macs <= {middle!r}")).variants
    assert (more.kind, half.kind) == ("more", "half")
    assert more.limit.limit == pytest.approx(1.1 * middle)
    assert more.best.number == by_hand(history, 1.1 * middle)[0]
    fitting_half = by_hand(history, middle / 2)
    assert (half.best and half.best.number) == (fitting_half[0] if fitting_half else None)


@pytest.mark.parametrize(
    ("text", "more", "half"),
    [
        ("macs <= 300M", "macs <= 330e6", "macs <= 150e6"),
        ("lat < 20", "lat < 22", "lat < 10"),
        ("acc >= 90", "acc >= 89", "acc >= 95"),
        ("macs <= 0", None, None),
        ("acc >= 100", None, None),
    ],
)
def test_a_limit_is_changed_by_what_it_allows(text, more, half):
    limit = Constraint.parse(text)
    changed = [changed_limit(limit, kind) for kind in ("more", "half")]
    assert [c and str(c) for c in changed] == [more, half]


def test_where_nothing_fits_the_nearest_is_named(history):
    result = answer(history, Goal.parse("acc", "macs <= 1.8M"))
    smallest = min(e.metrics["macs"] for e in history.evaluations if e.ok)
    assert result.best is None
    assert result.nearest.metrics["macs"] == smallest
    with pytest.raises(RunError, match=rf"The nearest is #{result.nearest.number}, which misses"):
        best(history, "acc", "macs <= 1.8M")
    value = metric_value_bare("macs", smallest)
    assert f"misses MACs ≤ 1.8 M (it has {value})." in nothing_fits_text(history, result)


def test_a_limit_on_a_percentage_that_looks_like_a_share_has_a_remark():
    limits = parse_constraints("acc >= 0.91, acc >= 91, macs <= 1")
    assert limit_remarks(limits) == [
        "Top-1 accuracy ≥ 0.91 % is less than one in a hundred. Did you mean 91 %?"
    ]


def test_a_metric_that_the_run_lacks_is_named(history):
    with pytest.raises(ConfigError, match=r"no values of Latency\. It has acc, macs, params"):
        best(history, "acc", "lat <= 20")
    with pytest.raises(ConfigError, match="no values of Latency"):
        best(history, "latency")
    with pytest.raises(ConfigError, match="no metric 'speed'"):
        best(history, "speed")


def test_constraints_of_the_run_hold_unless_the_goal_limits_the_metric(constrained_history):
    assert best(constrained_history, "macs").metrics["acc"] >= 89
    smallest = min(e.metrics["macs"] for e in constrained_history.evaluations if e.ok)
    loosened = answer(constrained_history, Goal.parse("macs", "acc >= 10"))
    assert loosened.best.metrics["macs"] == smallest
    assert not any(variant.searched for variant in loosened.variants)


def test_the_answer_in_words(history, middle):
    result = answer(history, Goal.parse("acc", f"macs <= {middle!r}"))
    entries = answer_entries(result)
    assert [entry.title for entry in entries][:2] == ["Best", "Runner-up"]
    assert entries[2].title.startswith("10 % more MACs (≤ ")
    assert entries[3].title.startswith("Half the MACs (≤ ")
    assert entries[0].evaluation.number == result.best.number
    assert all(entry.text for entry in entries)
    assert answer_entries(answer(history, Goal.parse("acc", "macs <= 1.8M"))) == []


def test_python_chooses_as_the_page_does(history, middle):
    where = f"MACs <= {middle!r}"
    chosen = Front(history).best("acc", where=where)
    assert chosen.number == best(history, "acc", where).number
    assert chosen.metrics == history.evaluations[chosen.number - 1].metrics
    assert chosen.ok
    assert best_subnetwork(history, "acc", where) == chosen
    assert f"sub-network {chosen.number} of {history.id}" in repr(chosen)
    with pytest.raises(AttributeError, match="nothing"):
        _ = chosen.nothing


@pytest.mark.parametrize(
    ("metric", "where", "words"),
    [
        ("acc", 5, "5 is not a limit"),
        ("acc", [5], "5 is not a limit"),
        (5, "", "5 is not the name"),
    ],
)
def test_what_is_no_text_is_refused_in_a_sentence(history, metric, where, words):
    with pytest.raises(ConfigError, match=words):
        best_subnetwork(history, metric, where)


def test_none_is_no_limit(history):
    assert best_subnetwork(history, "acc", None).number == best(history, "acc").number


def test_the_answer_is_marked_before_other_reasons(history, middle):
    result = answer(history, Goal.parse("acc", f"macs <= {middle!r}"))
    best_number, second_number = result.best.number, result.runner_up.number
    marks = marks_with_answer(result, {best_number: "knee, best", 0: "weights"})
    assert marks == {best_number: "best, knee", second_number: "runner-up", 0: "weights"}


@pytest.mark.parametrize("given", [4_000_000, 4e6, "4M", "4 M MACs", np.int64(4_000_000)])
def test_limits_by_metric_are_its_worst_values(history, given):
    by_metric = Goal.parse("acc", {"macs": given, "Top-1 accuracy": 88})
    assert by_metric == Goal.parse("acc", "macs <= 4M and acc >= 88")
    chosen = best_subnetwork(history, "acc", {"macs": given})
    assert chosen == best_subnetwork(history, "acc", "macs <= 4M")


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        ({"macs": "many"}, "'many' is not a number for MACs. Write one such as 300M"),
        ({"macs": None}, "The limit on 'macs' is None. Write a finite number such as 5e6"),
        ({"macs": float("nan")}, "The limit on 'macs' is nan"),
        ({"macs": True}, "The limit on 'macs' is True"),
        ({3: 5}, "3 is not the name of a metric"),
    ],
)
def test_a_limit_that_is_no_number_is_named_with_its_metric(history, limits, message):
    with pytest.raises(ConfigError, match=message):
        best_subnetwork(history, "acc", limits)


@pytest.mark.parametrize(
    ("metric", "where"), [("zz", ""), ("acc", "zz <= 5"), ("acc", {"zz": 5}), ("acc", ["zz < 5"])]
)
def test_an_unknown_metric_is_refused_with_those_that_the_run_has(history, metric, where):
    sentence = "There is no metric 'zz'. The run 'twelve' has acc, macs, params."
    for choose in (best, best_subnetwork):
        with pytest.raises(ConfigError) as caught:
            choose(history, metric, where)
        assert str(caught.value) == sentence


def test_a_part_of_configs_is_not_taken_for_a_metric(history):
    name = next(iter(history.evaluations[0].config))
    with pytest.raises(ConfigError, match=f"'{name}' is a part of configs, not a metric. Filter"):
        best(history, "acc", f"{name} <= 3")


def test_values_that_no_one_measured_are_not_called_measured(tmp_path):
    sources = [{"acc": "published predictor", "lat": "lookup table"}] * 5
    history = sourced_history(tmp_path, "told", sources)
    result = answer(history, Goal.parse("acc", "macs <= 1"))
    assert nothing_fits_text(history, result).startswith("None of the 5 evaluated sub-networks is")
    found = answer(history, Goal.parse("acc", "lat <= 20 ms"))
    halved = [entry.text for entry in answer_entries(found) if entry.title.startswith("Half")]
    assert not any("measured" in text for text in halved)
    runner_up = next(entry for entry in answer_entries(found) if entry.title == "Runner-up")
    assert "1.00 points worse" in runner_up.text


def test_limits_that_no_sub_network_can_keep_to_are_told_from_those_not_searched(history):
    beyond = impossible_text(history, parse_constraints("macs <= 1M"))
    assert beyond.startswith("No sub-network keeps to MACs ≤ 1 M. In this supernet MACs go from")
    assert impossible_text(history, parse_constraints("acc > 100")).startswith("No sub-network")
    for possible in ("macs <= 3M", "acc >= 99.9", ""):
        assert impossible_text(history, parse_constraints(possible)) == ""
