from engine.analysis.comparison.series import series_of
from engine.analysis.palette import LINE_STYLES
from tests.comparable_runs import FAST, SLOW


def test_seeds_of_one_configuration_are_one_series(make):
    runs = [make("search, seed 1", FAST, seed=1), make("x", FAST, "dynas"),
            make("search, seed 2", SLOW, seed=2)]  # fmt: skip
    together = series_of(runs)
    assert [series.name for series in together] == ["search (2 seeds)", "x"]
    assert [series.short_name for series in together] == ["random", "dynas"]
    assert len(series_of(runs, apart=True)) == 3
    assert [series.short_name for series in series_of(runs, apart=True)] == [
        run.name for run in runs
    ]


def test_names_are_told_apart_and_seeds_without_a_common_name_called_by_their_approach(make):
    names = series_of([make("a", FAST, population=n) for n in (10, 20)])
    assert [series.name for series in names] == ["a", "a [2]"]
    (group,) = series_of([make("one", FAST, seed=1), make("two", FAST, seed=2)])
    assert group.name == "random (2 seeds)"


def test_no_more_series_than_looks(make):
    runs = [make(str(n), FAST, population=10 + n) for n in range(10)]
    assert len(series_of(runs)) == len(LINE_STYLES) == 8
