import math

from engine.analysis.comparison.efficiency import (
    Markup,
    hypervolume_levels,
    ratio_text,
    sentences,
    usual_baseline,
)
from engine.analysis.comparison.growth import grown_series
from engine.analysis.comparison.series import series_of
from tests.comparable_runs import FAST, SLOW


def test_the_sentence_and_the_table_tell_how_many_times_fewer(two):
    growths, _ = grown_series(two)
    assert usual_baseline(growths) == 1
    (sentence,) = sentences(growths, 1)
    assert sentence.startswith("dynas reached random's final hypervolume (")
    assert sentence.endswith("after 2 evaluations, random itself after 8: 4.0× fewer.")
    low, high = hypervolume_levels(growths)
    assert (low.series_name, high.series_name) == ("slow", "fast")
    assert [evaluations_needed.text for evaluations_needed in low.evaluations_needed] == [
        "2, 4.0× fewer",
        "8",
    ]
    assert [evaluations_needed.text for evaluations_needed in high.evaluations_needed] == [
        "3",
        "not within 8",
    ]


def test_what_was_not_reached_is_said(two):
    growths, _ = grown_series(two)
    (sentence,) = sentences(growths, 0)
    assert "random has not reached dynas's final hypervolume" in sentence
    missing = growths[0].final - growths[1].final
    assert sentence.endswith(f"within 8 evaluations: {missing:.4f} is missing.")


def test_a_run_under_way_has_not_reached_it_yet(make):
    growths, _ = grown_series(
        series_of([make("a", FAST, "dynas"), make("b", SLOW[:2], state="running")])
    )
    (sentence,) = sentences(growths, 0)
    assert "yet, after 2 evaluations" in sentence
    assert hypervolume_levels(growths)[1].evaluations_needed[1].text == "not yet in 2"


def test_quartiles_over_three_seeds_and_never(make):
    runs = [make("s", points, seed=n) for n, points in enumerate([SLOW, SLOW, SLOW[:5] * 2])]
    growths, _ = grown_series(series_of([*runs, make("fast", FAST, "dynas")]))
    (evaluations_needed,) = [
        n
        for level in hypervolume_levels(growths)
        if level.series_name.startswith("s ")
        for n in level.evaluations_needed[:1]
    ]
    assert evaluations_needed.quartiles == (8.0, math.inf)
    assert evaluations_needed.text == "8 [8 to never]"


def test_times():
    assert [ratio_text(ratio) for ratio in (8.06, 0.5, 1.0, 1.04, 0.96)] == [
        "8.1× fewer",
        "2.0× more",
        "as many",
        "about as many",
        "about as many",
    ]


def test_a_front_end_writes_names_and_stresses_words_its_own_way(two):
    growths, _ = grown_series(two)
    markup = Markup(str.upper, "<{}>".format)
    (sentence,) = sentences(growths, 1, markup)
    assert sentence.startswith("<DYNAS> reached RANDOM's final hypervolume (")
    assert sentence.endswith("after <2 evaluations>, RANDOM itself after 8: <4.0× fewer>.")
    assert sentences(growths, 0, markup)[0].startswith("<RANDOM> has not reached")


def test_a_run_that_computes_is_not_said_to_need_fewer_evaluations(make):
    runs = [make("c", FAST, "computed", computed=90), make("slow", SLOW), make("d", FAST, "dynas")]
    growths, _ = grown_series(series_of(runs))
    assert usual_baseline(growths[:1] + growths[2:]) == 1, "one that measures"
    computed, dynas = sentences(growths, 1)
    assert computed.startswith("computed reaches random's final hypervolume (")
    assert computed.endswith("It computes and makes no evaluations.")
    assert "fewer" in dynas
    random, dynas = sentences(growths, 0)
    assert "random has not reached computed's final hypervolume" in random
    assert dynas.startswith("dynas reached computed's final hypervolume (")
    assert dynas.endswith("after 3 evaluations. computed computes and makes no evaluations.")
    short = grown_series(series_of([make("e", SLOW[:1], "computed", computed=9), runs[2]]))[0]
    (sentence,) = sentences(short, 1)
    assert "does not reach dynas's final hypervolume" in sentence
    cells = {
        level.series_name: [needed.text for needed in level.evaluations_needed]
        for level in hypervolume_levels(growths)
    }
    assert cells["slow"] == ["reached, computed", "8", "2, 4.0× fewer"]
    assert cells["c"] == ["reached, computed", "not within 8", "3"]
    assert hypervolume_levels(short)[1].evaluations_needed[0].text == "not reached, computed"
