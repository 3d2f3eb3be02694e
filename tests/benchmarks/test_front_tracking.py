import pytest

from benchmarks.front_tracking import front_points, logging, random_points, tracking
from engine.pareto.front import non_dominated


@pytest.mark.parametrize("objectives", [2, 3, 4])
def test_the_worst_case_is_a_front_of_every_point(objectives):
    assert non_dominated(front_points(500, objectives)).all()
    row = tracking(front_points(500, objectives))
    assert row["front"] == row["points"] == 500
    assert row["drift"] < 1e-9 < row["ms_per_append"]


def test_few_random_points_are_on_the_front():
    assert tracking(random_points(500, 2))["front"] < 50


def test_a_log_is_timed_from_its_first_append_to_one_evaluation_more(tmp_path):
    times = logging(tmp_path / "log", 30)
    assert times.pop("evaluations") == 30
    assert all(time > 0 for time in times.values())
