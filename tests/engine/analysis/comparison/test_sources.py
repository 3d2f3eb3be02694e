from itertools import pairwise
from typing import get_args

import pytest

from engine import sources
from engine.analysis.comparison.fronts import fronts_info
from engine.analysis.comparison.series import Series
from engine.analysis.figures.fronts import fronts_figure
from engine.analysis.palette import LINE_STYLES
from engine.metrics import Source
from tests.sourced_run import sourced_history

ACCURACIES = [kind for kind in get_args(Source) if kind not in ("exact", "lookup table")]


def series_of(*histories):
    return [
        Series(h.id, h.id, (h,), style) for h, style in zip(histories, LINE_STYLES, strict=False)
    ]


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
    assert f"one is {sources.describe_source(first) or 'measured'}" in warning
    assert f"two is {sources.describe_source(second)}" in warning
    (annotation,) = fronts_figure(info)["layout"]["annotations"]
    assert "Not all measured alike" in annotation["text"]
    assert fronts_info(series_of(*histories), "macs", "params").warnings == ()


def test_runs_that_measured_alike_need_no_warning(data_dir):
    histories = [sourced_history(data_dir, name, [{}] * 4) for name in ("one", "two")]
    info = fronts_info(series_of(*histories), "macs", "acc")
    assert info.warnings == ()
    assert fronts_figure(info)["layout"]["annotations"] == []
