from engine.analysis.comparison.fronts import fronts_info
from engine.analysis.comparison.series import series_of
from engine.analysis.figures.fronts import fronts_figure
from engine.analysis.figures.plotly_figure import plotly_figure
from engine.analysis.metric_names import shared_metrics


def test_fronts_of_each_run_with_a_look_of_its_own(two):
    info = fronts_info(two, "macs", "acc")
    fast, slow = info.fronts
    assert fast.points == ((3.0, 93.0),)
    assert slow.line == ((4.0, 92.0),)
    assert info.others == ()
    traces = plotly_figure(fronts_figure(info)).data
    assert [trace.mode for trace in traces] == [*["lines", "markers"] * 2, "markers"]
    assert traces[1].meta["runs"] == [two[0].first.id]
    ring = plotly_figure(
        fronts_figure(info, info.position_of(two[1].first.id, slow.numbers[0]))
    ).data[-1]
    assert (ring.x, ring.y) == ((4.0,), (92.0,))
    assert info.position_of("another", 1) is None
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
    assert info.has_attainment_line
    assert info.fronts[0].line == ((2.0, 90.0), (4.0, 92.0))
    assert len(info.fronts[0].points) == 6
