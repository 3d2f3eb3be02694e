from app.compare import compared_runs, launch
from engine.analysis.comparison.series import series_of
from tests.comparable_runs import FAST


def test_the_same_search_again_with_another_approach(make):
    runs = [make(f"s, seed {n}", FAST, "dynas", seed=n, results_csv_path="x.csv") for n in (0, 1)]
    (series,) = series_of(runs)
    searches = launch.with_approach(series, "random").searches
    assert [name for name, _ in searches] == ["s, random, seed 0", "s, random, seed 1"]
    assert [config.search.seed for _, config in searches] == [0, 1]
    assert {config.approach for _, config in searches} == {"random"}
    assert {config.dynas.results_csv_path for _, config in searches} == {None}
    assert {config.dynas.num_evals for _, config in searches} == {250}


def test_more_seeds_are_seeds_that_no_run_had(make):
    runs = [make("s", FAST, "dynas", seed=n) for n in (0, 1, 7)]
    searches = launch.more_seeds(series_of(runs[:2])[0], runs, count=2).searches
    assert [config.search.seed for _, config in searches] == [8, 9]
    assert [name for name, _ in searches] == ["s, seed 8", "s, seed 9"]
    assert {config.approach for _, config in searches} == {"dynas"}


def test_the_seed_in_a_name_gives_way_to_that_of_the_new_run(make):
    (series,) = series_of([make("my search, seed 0", FAST)])
    (name, _), *_ = launch.more_seeds(series, series.histories).searches
    assert name == "my search, seed 1"


def test_the_address_names_runs_and_configurations(make):
    runs = [make("s", FAST, seed=0), make("s", FAST, seed=1), make("x", FAST, "dynas")]
    choices = compared_runs.choices(runs)
    assert [c.label for c in choices.values()][:1] == ["s · random · 2 seeds"]
    assert compared_runs.valid_tokens("s-1~,x-0,gone,x-0", choices) == ["s-0~", "x-0"]
    assert compared_runs.selected_runs(["s-0~", "s-1", "x-0"], choices) == ["s-0", "s-1", "x-0"]
    assert compared_runs.missing_runs("s-1~,gone", runs) == ["gone"]
    assert compared_runs.valid_tokens("x-0~", choices) == ["x-0"]


def test_a_configuration_takes_the_place_of_its_runs(make):
    runs = [make("s", FAST, seed=0), make("s", FAST, seed=1), make("x", FAST, "dynas")]
    choices = compared_runs.choices(runs)
    assert compared_runs.merged_tokens(["s-1", "x-0"], ["s-0~"], choices) == ["s-0~", "x-0"]
    assert compared_runs.merged_tokens(["s-0"], ["x-0"], choices) == ["s-0", "x-0"]


def test_comparable_runs_are_suggested(make):
    runs = [make("s", FAST, seed=0), make("s", FAST, seed=1), make("x", FAST, "dynas"),
            make("alone", [], metrics=["acc", "params"])]  # fmt: skip
    assert compared_runs.suggestions(runs) == [("s · x", ["s-0~", "x-0"])]


def test_runs_with_other_limits_or_without_a_hypervolume_are_not_suggested(make):
    limited = {"constraints": ["macs <= 300M"]}
    runs = [
        make("a", FAST), make("b", FAST, "dynas"), make("c", FAST, **limited),
        make("d", FAST, "dynas", **limited), make("none", [(10.0, 1e12)]),
    ]  # fmt: skip
    assert [tokens for _, tokens in compared_runs.suggestions(runs)] == [
        ["a-0", "b-0"], ["c-0", "d-0"]
    ]  # fmt: skip
    summaries = [run.summary() for run in runs]
    assert compared_runs.suggestions(summaries) == compared_runs.suggestions(runs)
