from engine.analysis.comparison.series import column_names, series_of
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


def test_each_seed_alone_is_told_apart_in_every_short_name(make):
    start = "MobileNetV3 w1.0 · accuracy × MACs"
    seeds = [make(f"{start}, seed {n}", FAST, seed=n, population=10) for n in (3, 4, 14)]
    alone = series_of([*seeds, make("other", FAST, "dynas")], apart=True)
    assert [s.legend for s in alone] == ["seed 3", "seed 4", "seed 14", "other"]
    assert column_names(alone) == ["seed 3", "seed 4", "seed 14", "other"]
    assert len({s.short_name[:40] for s in alone}) == len(alone)


def test_equal_names_have_the_ids_of_their_runs_and_short_ones_are_told_apart_by_them(make):
    first, second = make("20260101", FAST), make("20260102", FAST)
    first.name = second.name = "twins that are the same search"
    names = series_of([first, second], apart=True)
    assert [s.name for s in names] == [f"{r.name} · {r.id}" for r in (first, second)]
    assert [s.legend for s in names] == [f"twins that are the sa… {r.id}" for r in (first, second)]


def test_how_many_seeds_a_line_summarises_is_never_cut_off(make):
    name = "a name that is as long as a legend or longer"
    group, _ = series_of([make(f"{name}, seed {n}", FAST, seed=n) for n in (1, 2)] + [
        make("x", FAST, "dynas")])  # fmt: skip
    assert group.legend.endswith("… (2 seeds)")
    assert len(group.legend) <= 34


def test_no_more_series_than_looks(make):
    runs = [make(str(n), FAST, population=10 + n) for n in range(10)]
    assert len(series_of(runs)) == len(LINE_STYLES) == 8
