import pytest

from engine.analysis.charts.hypervolume import hypervolume_info, rounded_interval


def test_the_last_value_and_where_it_was_reached(history):
    info = hypervolume_info("run", history)
    assert info.value == history.hypervolume[-1]
    assert info.evaluation_count == len(history.evaluations)
    assert f"{info.value:.4f} after 12 evaluations" in info.description
    assert "Ticks mark new cycles" in info.description


def test_a_mark_where_each_cycle_began(history):
    starts = hypervolume_info("run", history).cycle_starts
    cycles = [e.cycle for e in history.evaluations]
    assert len(starts) == max(cycles)
    assert all(cycles[start - 1] > max(cycles[: start - 1]) for start in starts)


@pytest.mark.parametrize(
    ("count", "every"), [(0, 1), (40, 1), (41, 2), (81, 5), (201, 10), (4001, 200)]
)
def test_many_marks_are_thinned_in_round_steps(count, every):
    assert rounded_interval(count, 40) == every
