from itertools import pairwise
from typing import get_args

import pytest

from app.charts.palette import LOOKS
from app.compare import picks
from app.compare.fronts import fronts_figure, fronts_info
from app.compare.series import Series
from engine import sources
from engine.metrics import Source
from tests.sourced_run import sourced_history

ACCURACIES = [kind for kind in get_args(Source) if kind not in ("exact", "lookup table")]


def series_of(*histories):
    return [Series(h.id, h.id, (h,), look) for h, look in zip(histories, LOOKS, strict=False)]


@pytest.mark.parametrize(("first", "second"), list(pairwise(ACCURACIES)))
def test_sources_that_differ_are_on_one_axis_only_with_a_warning_in_the_chart(
    data_dir, first, second
):
    histories = [
        sourced_history(data_dir, name, [{"acc": source}] * 4)
        for name, source in (("one", first), ("two", second))
    ]
    info = fronts_info(series_of(*histories), "macs", "acc")
    (warning,) = info.warnings
    assert f"one is {sources.words(first) or 'measured'}" in warning
    assert f"two is {sources.words(second)}" in warning
    (annotation,) = fronts_figure(info)["layout"]["annotations"]
    assert "Not all measured alike" in annotation["text"]
    assert fronts_info(series_of(*histories), "macs", "params").warnings == ()


def test_runs_that_measured_alike_need_no_warning(data_dir):
    histories = [sourced_history(data_dir, name, [{}] * 4) for name in ("one", "two")]
    info = fronts_info(series_of(*histories), "macs", "acc")
    assert info.warnings == ()
    assert fronts_figure(info)["layout"]["annotations"] == []


@pytest.mark.parametrize("summed_up", [True, False])
def test_runs_that_came_by_their_numbers_in_different_ways_are_not_suggested(data_dir, summed_up):
    runs = [
        sourced_history(data_dir, name, [{"acc": source}] * length)
        for name, source, length in (
            ("one", "published predictor", 4), ("two", "imported", 5), ("three", "imported", 6),
        )
    ]  # fmt: skip
    given = [run.summary() for run in runs] if summed_up else runs
    assert [tokens for _, tokens in picks.suggestions(given)] == [["two", "three"]]
