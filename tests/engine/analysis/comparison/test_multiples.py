import pytest

from engine.analysis.comparison.multiples import multiples_info
from engine.analysis.comparison.series import series_of
from engine.analysis.figures.multiples import grid, multiples_figure, multiples_height
from engine.analysis.palette import LINE_STYLES


def series(make, count):
    runs = [
        make(f"run {i}", [(90.0 + i, 2e6 + i * 1e6), (90.0, 2e6), (85.0, 9e6)], population=10 + i)
        for i in range(count)
    ]
    return series_of(runs, apart=True, most=None)


def test_any_number_of_runs_has_a_panel_each(make):
    many = series(make, len(LINE_STYLES) * 2 + 1)
    info = multiples_info(many, "macs", "acc")
    assert len(info.info.fronts) == len(many)
    assert len(series_of([h for one in many for h in one.histories], True)) == len(LINE_STYLES)
    figure = multiples_figure(info)
    axes = [name for name in figure["layout"] if name.startswith("xaxis")]
    assert len(axes) == len(many)
    assert [a["text"].split("<br>")[0] for a in figure["layout"]["annotations"]] == [
        f"run {i}" for i in range(len(many))
    ]
    domains = [tuple(figure["layout"][name]["domain"]) for name in axes]
    assert all(0 <= low < high <= 1 + 1e-9 for low, high in domains)


def test_the_common_front_and_the_share_of_each(make):
    info = multiples_info(series(make, 3), "macs", "acc")
    assert info.together == ((2.0, 90.0), (3.0, 91.0), (4.0, 92.0))
    assert info.shares == pytest.approx((1 / 3, 2 / 3, 2 / 3))
    assert info.description.startswith("A panel for each of 3 series.")


def test_a_page_keeps_what_all_reach(make):
    info = multiples_info(series(make, 5), "macs", "acc")
    page = info.page(1, 3)
    assert [front.name for front in page.info.fronts] == ["run 3", "run 4"]
    assert page.shares == info.shares[3:]
    assert page.together == info.together


def test_a_ring_is_in_the_panel_of_the_selected_run_alone(make):
    many = series(make, 3)
    info = multiples_info(many, "macs", "acc")
    chosen = (many[1].first.id, info.info.fronts[1].numbers[0])
    rings = [t for t in multiples_figure(info, chosen)["data"] if t.get("name") == "Selected"]
    assert [ring["xaxis"] for ring in rings] == ["x2"]


def test_runs_without_a_measurement_have_empty_panels(make):
    info = multiples_info(
        series_of([make("empty", []), make("none", [], seed=1)], True), "macs", "acc"
    )
    assert info.together == ()
    assert info.shares == (0.0, 0.0)
    assert len(multiples_figure(info)["layout"]["annotations"]) == 2


def test_the_grid_is_at_most_four_wide():
    assert [grid(count) for count in (1, 2, 4, 5, 24, 27)] == [
        (1, 1), (1, 2), (2, 2), (2, 3), (6, 4), (7, 4),
    ]  # fmt: skip
    assert multiples_height(24) > multiples_height(5) > multiples_height(1)


def test_one_column_of_panels_and_the_vertical_title_once(make):
    info = multiples_info(series(make, 5), "macs", "acc")
    for columns in (1, 4):
        layout = multiples_figure(info, None, columns)["layout"]
        axes = [layout[name] for name in layout if name.startswith("yaxis")]
        assert [bool(axis["title"]["text"]) for axis in axes] == [True] + [False] * 4
    assert layout["xaxis2"]["domain"][0] > 0
    narrow = multiples_figure(info, None, 1)["layout"]
    assert all(narrow[name]["domain"] == [0, 1] for name in narrow if name.startswith("xaxis"))
    assert multiples_height(5, 1) > 2 * multiples_height(5)
