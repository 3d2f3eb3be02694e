from engine.analysis.comparison.groups import comparable_groups
from engine.analysis.comparison.series import series_of
from tests.comparable_runs import FAST

LIMITED = {"constraints": ["macs <= 300M"]}


def grouped(*runs):
    groups = comparable_groups(series_of(runs, apart=True))
    return [([series.name for series in group.series], group.reason) for group in groups]


def test_runs_of_one_task_are_one_group(make):
    assert grouped(make("a", FAST), make("b", FAST, "dynas")) == [(["a", "b"], "")]
    assert comparable_groups([]) == []


def test_the_largest_group_is_the_first_and_others_have_a_reason(make):
    limited, *free = make("c", FAST, **LIMITED), make("a", FAST), make("b", FAST)
    also_limited = make("d", FAST, "dynas", **LIMITED)
    assert grouped(limited, *free) == [
        (["a", "b"], ""), (["c"], "it keeps to MACs ≤ 300 M, not to no limit"),
    ]  # fmt: skip
    assert grouped(limited, *free, also_limited) == [
        (["c", "d"], ""), (["a", "b"], "they keep to no limit, not to MACs ≤ 300 M"),
    ]  # fmt: skip
    assert grouped(free[0], make("e", [], metrics=["acc", "params"]))[1][1] == (
        "it optimises Top-1 accuracy and Parameters, not Top-1 accuracy and MACs"
    )


def test_every_series_has_a_look_of_its_own(make):
    groups = comparable_groups(
        series_of([make("c", FAST, **LIMITED), make("a", FAST), make("b", FAST)], apart=True)
    )
    styles = [series.style for group in groups for series in group.series]
    assert len(set(map(repr, styles))) == 3
