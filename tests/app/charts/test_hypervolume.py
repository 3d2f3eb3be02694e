import pytest

from app.charts.hypervolume import hypervolume_figure, hypervolume_info
from tests.app.charts.painted import checked


def test_one_value_an_evaluation_that_never_falls(history):
    info = hypervolume_info("run", history)
    assert len(info.values) == len(history.evaluations)
    assert list(info.values) == sorted(info.values)
    assert f"{info.values[-1]:.4f} after 12 evaluations" in info.description


def test_a_mark_where_each_cycle_began(history):
    starts = hypervolume_info("run", history).cycle_starts
    cycles = [e.cycle for e in history.evaluations]
    assert len(starts) == max(cycles)
    assert all(cycles[start - 1] > max(cycles[: start - 1]) for start in starts)


def test_the_figure_draws_both(history):
    info = hypervolume_info("run", history)
    figure = checked(hypervolume_figure(info))
    assert list(figure.data[0].y) == pytest.approx(info.values)
    assert [shape.x0 for shape in figure.layout.shapes] == list(info.cycle_starts)
