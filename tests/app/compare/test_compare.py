import math

import pytest

from app.charts.palette import LOOKS
from app.compare import launch, picks
from app.compare.differences import differences, table_html
from app.compare.efficiency import levels, sentences, times, usual_baseline
from app.compare.fronts import fronts_figure, fronts_info, shared_metrics
from app.compare.growth import growth, growth_figure, growth_info
from app.compare.series import series_of
from engine.config import NASConfig
from engine.log.evaluation_log import DiskLog
from engine.runs.comparison import BoxedHypervolume, common_box
from engine.runs.history import RunHistory
from tests.app.charts.painted import checked

FAST = [(90.0, 6e6), (92.0, 4e6), (93.0, 3e6)]
SLOW = [(87.0, 8e6)] * 5 + [(90.0, 6e6), (91.0, 5e6), (92.0, 4e6)]


def grown_of(series):
    box = common_box([history for one in series for history in one.histories])
    return [growth(one, [BoxedHypervolume(h, box) for h in one.histories]) for one in series], box


@pytest.fixture
def two(make):
    return series_of([make("fast", FAST, "dynas"), make("slow", SLOW)])


def test_seeds_of_one_configuration_are_one_series(make):
    runs = [make("search, seed 1", FAST, seed=1), make("x", FAST, "dynas"),
            make("search, seed 2", SLOW, seed=2)]  # fmt: skip
    together = series_of(runs)
    assert [one.name for one in together] == ["search (2 seeds)", "x"]
    assert [one.short for one in together] == ["random", "dynas"]
    assert len(series_of(runs, apart=True)) == 3
    assert [one.short for one in series_of(runs, apart=True)] == [run.name for run in runs]


def test_names_are_told_apart_and_seeds_without_a_common_name_called_by_their_approach(make):
    named = series_of([make("a", FAST, population=n) for n in (10, 20)])
    assert [one.name for one in named] == ["a", "a [2]"]
    (group,) = series_of([make("one", FAST, seed=1), make("two", FAST, seed=2)])
    assert group.name == "random (2 seeds)"


def test_no_more_series_than_looks(make):
    runs = [make(str(n), FAST, population=10 + n) for n in range(10)]
    assert len(series_of(runs)) == len(LOOKS) == 8


def test_fronts_of_each_run_with_a_look_of_its_own(two):
    info = fronts_info(two, "macs", "acc")
    fast, slow = info.fronts
    assert fast.points == ((3.0, 93.0),)
    assert slow.line == ((4.0, 92.0),)
    assert info.others == ()
    traces = checked(fronts_figure(info)).data
    assert [trace.mode for trace in traces] == [*["lines", "markers"] * 2, "markers"]
    assert traces[1].meta["runs"] == [two[0].first.id]
    ring = checked(fronts_figure(info, info.place_of(two[1].first.id, slow.numbers[0]))).data[-1]
    assert (ring.x, ring.y) == ((4.0,), (92.0,))
    assert info.place_of("another", 1) is None
    assert traces[1].marker.symbol != traces[3].marker.symbol
    assert traces[1].marker.color != traces[3].marker.color
    assert "fast #1" not in info.description
    assert "fast: 1" in info.description


def test_any_pair_of_metrics_has_its_fronts(make):
    one = series_of([make("a", [(90.0, 2e6), (91.0, 3e6), (89.0, 4e6)])])
    info = fronts_info(one, "params", "macs")
    assert info.fronts[0].points == ((50.0, 2.0),)
    assert info.others == ("a",)
    assert shared_metrics(one[0].histories) == ["acc", "macs", "params"]


def test_the_line_of_seeds_is_what_half_of_them_reach(make):
    fronts = ([(90.0, 2e6), (92.0, 4e6)], [(91.0, 2e6), (93.0, 4e6)], [(89.0, 2e6), (91.0, 4e6)])
    (group,) = series_of([make("s", points, seed=n) for n, points in enumerate(fronts)])
    info = fronts_info([group], "macs", "acc")
    assert info.attained
    assert info.fronts[0].line == ((2.0, 90.0), (4.0, 92.0))
    assert len(info.fronts[0].points) == 6


def test_a_run_is_drawn_as_its_hypervolume(two):
    grown, box = grown_of(two)
    info = growth_info(grown, box)
    assert not info.banded
    slow = info.lines[1]
    assert slow.evaluations == (1, 6, 7, 8)
    assert slow.median == pytest.approx(two[1].first.hypervolume[[0, 5, 6, 7]], abs=1e-6)
    figure = checked(growth_figure(info))
    assert list(figure.data[1].marker.size) == [0, 0, 0, 10]
    assert "8 evaluations" in info.description


def test_seeds_have_a_median_and_a_band_as_far_as_the_shortest_goes(make):
    runs = [make("s", SLOW[: 8 - n], seed=n) for n in range(3)]
    (one,), box = grown_of(series_of(runs))
    assert len(one.median) == 6
    info = growth_info([one], box)
    assert info.banded
    assert all(a <= b <= c for a, b, c in zip(info.lines[0].low, info.lines[0].median,
                                              info.lines[0].high, strict=True))  # fmt: skip
    assert len(checked(growth_figure(info)).data) == 3


def test_a_seed_under_way_waits_until_it_ends(make):
    runs = [make("s", SLOW, seed=0), make("s", SLOW[:2], seed=1, state="running")]
    (one,), _ = grown_of(series_of(runs))
    assert (len(one.curves), len(one.median), one.running) == (1, 8, True)
    (alone,), _ = grown_of(series_of(runs[1:]))
    assert len(alone.median) == 2


def test_the_sentence_and_the_table_tell_how_many_times_fewer(two):
    grown, _ = grown_of(two)
    assert usual_baseline(grown) == 1
    (sentence,) = sentences(grown, 1)
    assert sentence.startswith("**dynas** reached random's final hypervolume (")
    assert sentence.endswith("after **2 evaluations**, random itself after 8: **4.0× fewer**.")
    low, high = levels(grown)
    assert (low.of, high.of) == ("slow", "fast")
    assert [needed.text for needed in low.needed] == ["2, 4.0× fewer", "8"]
    assert [needed.text for needed in high.needed] == ["3", "not within 8"]


def test_what_was_not_reached_is_said(two):
    grown, _ = grown_of(two)
    (sentence,) = sentences(grown, 0)
    assert "**random** has not reached dynas's final hypervolume" in sentence
    missing = grown[0].final - grown[1].final
    assert sentence.endswith(f"within 8 evaluations: {missing:.4f} is missing.")


def test_a_run_under_way_has_not_reached_it_yet(make):
    grown, _ = grown_of(series_of([make("a", FAST, "dynas"), make("b", SLOW[:2], state="running")]))
    (sentence,) = sentences(grown, 0)
    assert "yet, after 2 evaluations" in sentence
    assert levels(grown)[1].needed[1].text == "not yet in 2"


def test_quartiles_over_three_seeds_and_never(make):
    runs = [make("s", points, seed=n) for n, points in enumerate([SLOW, SLOW, SLOW[:5] * 2])]
    grown, _ = grown_of(series_of([*runs, make("fast", FAST, "dynas")]))
    (needed,) = [
        n for level in levels(grown) if level.of.startswith("s ") for n in level.needed[:1]
    ]
    assert needed.quartiles == (8.0, math.inf)
    assert needed.text == "8 [8 to never]"


def test_times():
    assert [times(ratio) for ratio in (8.06, 0.5, 1.0)] == ["8.1× fewer", "2.0× more", "as many"]


def test_an_imported_run_has_neither_searched_nor_measured(make, tmp_path):
    log = DiskLog(tmp_path / "imported")
    created = {"config": NASConfig().to_dict(), "name": "a file", "num_evals": 0}
    log.append_event("created", created)
    series = series_of([make("a", FAST), RunHistory("imported", log)])
    rows = {row.name: row.values for row in differences(series)}
    assert rows["approach"] == ("random", "imported")
    assert rows["dynas.accuracy_source"] == ("measured", "imported")
    log.append_event("extended", {"num_evals": 5})
    series = series_of([make("b", FAST), RunHistory("imported", log)])
    assert {row.name: row.values for row in differences(series)}["approach"] == ("random", "dynas")


def test_only_what_differs_differs(make):
    series = series_of([make("a", FAST, "dynas", population=10), make("b", FAST, population=20),
                        make("b", FAST, population=20, seed=4)])  # fmt: skip
    rows = {row.name: row.values for row in differences(series) if row.differs}
    assert rows == {
        "approach": ("dynas", "random"),
        "dynas.population": ("10", "20"),
        "search.seed": ("0", "0, 4"),
    }
    everything = {row.name for row in differences(series)}
    assert {"dynas.supernet", "dynas.num_evals", "stop.cycles"} <= everything


def test_a_table_brings_no_markup():
    html = table_html(["<b>", "x"], [("a", '"&')], "caption", "hook")
    assert "<b>" not in html
    assert "&quot;&amp;" in html


def test_the_same_search_again_with_another_approach(make):
    runs = [make(f"s, seed {n}", FAST, "dynas", seed=n, results_csv_path="x.csv") for n in (0, 1)]
    (series,) = series_of(runs)
    made = launch.with_approach(series, "random").searches
    assert [name for name, _ in made] == ["s, random, seed 0", "s, random, seed 1"]
    assert [config.search.seed for _, config in made] == [0, 1]
    assert {config.approach for _, config in made} == {"random"}
    assert {config.dynas.results_csv_path for _, config in made} == {None}
    assert {config.dynas.num_evals for _, config in made} == {250}


def test_more_seeds_are_seeds_that_no_run_had(make):
    runs = [make("s", FAST, "dynas", seed=n) for n in (0, 1, 7)]
    made = launch.more_seeds(series_of(runs[:2])[0], runs, count=2).searches
    assert [config.search.seed for _, config in made] == [8, 9]
    assert [name for name, _ in made] == ["s, seed 8", "s, seed 9"]
    assert {config.approach for _, config in made} == {"dynas"}


def test_the_seed_in_a_name_gives_way_to_that_of_the_new_run(make):
    (series,) = series_of([make("my search, seed 0", FAST)])
    (name, _), *_ = launch.more_seeds(series, series.histories).searches
    assert name == "my search, seed 1"


def test_the_address_names_runs_and_configurations(make):
    runs = [make("s", FAST, seed=0), make("s", FAST, seed=1), make("x", FAST, "dynas")]
    there = picks.choices(runs)
    assert [c.label for c in there.values()][:1] == ["s · random · 2 seeds"]
    assert picks.known_tokens("s-1~,x-0,gone,x-0", there) == ["s-0~", "x-0"]
    assert picks.picked_runs(["s-0~", "s-1", "x-0"], there) == ["s-0", "s-1", "x-0"]
    assert picks.missing("s-1~,gone", runs) == ["gone"]
    assert picks.known_tokens("x-0~", there) == ["x-0"]


def test_a_configuration_takes_the_place_of_its_runs(make):
    runs = [make("s", FAST, seed=0), make("s", FAST, seed=1), make("x", FAST, "dynas")]
    there = picks.choices(runs)
    assert picks.with_added(["s-1", "x-0"], ["s-0~"], there) == ["s-0~", "x-0"]
    assert picks.with_added(["s-0"], ["x-0"], there) == ["s-0", "x-0"]


def test_what_fits_together_is_suggested(make):
    runs = [make("s", FAST, seed=0), make("s", FAST, seed=1), make("x", FAST, "dynas"),
            make("alone", [], metrics=["acc", "params"])]  # fmt: skip
    assert picks.suggestions(runs) == [("s · x", ["s-0~", "x-0"])]
