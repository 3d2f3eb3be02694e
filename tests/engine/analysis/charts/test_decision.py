from engine.analysis.charts.axes import Limit
from tests.engine.analysis.decision import info


def test_points_know_whether_they_remain_and_what_they_are():
    points = {point.number: point for point in info().points}
    assert [points[n].is_within_limits for n in (1, 2, 3, 7)] == [True, True, False, False]
    assert [points[n].shortlist_position for n in (1, 2, 3, 7)] == [None, 2, None, 1]
    assert not points[7].on_front
    assert points[2].mark == "knee, weights"
    assert "4.00 M MACs" in points[2].hover


def test_the_line_and_the_limit_are_drawn_in_the_units_of_the_axes():
    drawn = info()
    assert drawn.line == ((3.0, 86.0), (4.0, 90.0), (9.0, 90.6))
    assert drawn.x_limits == (Limit(5.0, "MACs ≤ 5 M"),)
    assert drawn.y_limits == ()


def test_other_axes_than_the_objectives_join_nothing():
    assert info(objectives={"acc", "params"}).line == ()


def test_the_chart_says_in_words_what_it_shows():
    assert info().description == (
        "Top-1 accuracy over MACs: the front has 3 sub-networks, 2 of them within the limits. "
        "Number 2: knee, weights. On the shortlist: 7, 2."
    )
