import numpy as np
import pytest

from engine.analysis.comparison.growth import grown_series, growth_info
from engine.analysis.comparison.series import series_of
from engine.analysis.figures.growth import growth_figure
from engine.analysis.figures.plotly_figure import plotly_figure
from tests.comparable_runs import FAST, SLOW


def test_a_run_is_drawn_as_its_hypervolume(two):
    growths, box = grown_series(two)
    info = growth_info(growths, box)
    assert not info.has_bands
    slow = info.lines[1]
    assert slow.evaluations == (1, 6, 7, 8)
    assert slow.median == pytest.approx(two[1].first.hypervolume[[0, 5, 6, 7]], abs=1e-6)
    figure = plotly_figure(growth_figure(info))
    assert list(figure.data[1].marker.size) == [0, 0, 0, 10]
    assert "8 evaluations" in info.description


def test_seeds_have_a_median_and_a_band_as_far_as_the_shortest_goes(make):
    runs = [make("s", SLOW[: 8 - n], seed=n) for n in range(3)]
    (growth,), box = grown_series(series_of(runs))
    assert len(growth.median) == 6
    info = growth_info([growth], box)
    assert info.has_bands
    assert all(a <= b <= c for a, b, c in zip(info.lines[0].low, info.lines[0].median,
                                              info.lines[0].high, strict=True))  # fmt: skip
    assert len(plotly_figure(growth_figure(info)).data) == 3


def test_a_seed_under_way_waits_until_it_ends(make):
    runs = [make("s", SLOW, seed=0), make("s", SLOW[:2], seed=1, state="running")]
    (growth,), _ = grown_series(series_of(runs))
    assert (len(growth.curves), len(growth.median), growth.is_running) == (1, 8, True)
    (alone,), _ = grown_series(series_of(runs[1:]))
    assert len(alone.median) == 2


def test_runs_that_compute_are_level_lines_and_have_no_evaluations(make):
    computed = [make("c", FAST[: 3 - n], "computed", seed=n, computed=90) for n in range(2)]
    growths, box = grown_series(series_of([*computed, make("slow", SLOW)]))
    finals = [make("d", FAST[: 3 - n], seed=n).hypervolume[-1] for n in range(2)]
    info = growth_info(growths, box)
    assert info.lines[0].evaluations == (0, 8), "as long as the other"
    assert info.lines[0].median == pytest.approx([np.median(finals)] * 2, abs=1e-6)
    assert "computed, slow" in info.description
    figure = plotly_figure(growth_figure(info))
    assert figure.layout.xaxis.title.text == "Evaluations"
    assert "evaluations" not in figure.data[2].hovertemplate
    alone = growth_info(growths[:1], box)
    assert "evaluations" not in alone.description
    axis = plotly_figure(growth_figure(alone)).layout.xaxis
    assert (axis.title.text or "", axis.showticklabels) == ("", False)
