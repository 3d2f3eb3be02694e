import numpy as np
import pytest

from engine.analysis.charts.axes import Limit
from engine.analysis.charts.front import FrontView, front_info, newest_cycles
from engine.constraints import Constraint
from engine.runs.columns import run_columns


@pytest.fixture
def info(history):
    def of(metrics=("macs", "acc"), constraints=(), **view):
        columns = run_columns(history)
        objectives = tuple(objective.name for objective in history.objectives)
        bounds = tuple(Constraint.parse(text) for text in constraints)
        return front_info("run", columns, FrontView(metrics, **view), objectives, bounds, 12)

    return of


def test_only_what_was_measured_is_drawn(history, info):
    chart = info()
    assert chart.number.tolist() == [e.number for e in history.evaluations if e.ok]
    assert chart.values[0].tolist() == [
        history.evaluations[0].metrics["macs"] / 1e6,
        history.evaluations[0].metrics["acc"],
    ]
    assert chart.front == len(history.front())
    assert f"{chart.front} of them" in chart.description


def test_the_line_is_drawn_over_the_objectives_only(info):
    assert info().has_line
    assert not info(("params", "acc")).has_line
    assert not info(("macs", "acc", "params")).has_line


def test_a_logarithmic_axis_has_exponents_for_its_range(info):
    plain, log = info().axes[0], info(log=frozenset("x")).axes[0]
    assert log.log
    assert log.range == pytest.approx(np.log10([log.low, log.high]))
    assert plain.range == [plain.low, plain.high]


def test_a_limit_is_in_drawn_units(info):
    chart = info(constraints=["macs <= 5M", "macs >= 1M"])
    assert chart.axes[0].limits == (Limit(5.0, "MACs ≤ 5 M"), Limit(1.0, "MACs ≥ 1 M"))
    assert chart.axes[1].limits == ()


def test_the_newest_cycle_begins_once():
    cycles = newest_cycles(np.array([-1, 0, 0, 1, 0, 2, 1, 2]))
    assert cycles == ((1, -1), (2, 0), (4, 1), (6, 2))
    assert newest_cycles(np.array([], dtype=int)) == ()


def test_what_misses_a_constraint_can_be_left_out(constrained_history):
    columns = run_columns(constrained_history)
    with_, without = (
        front_info(
            "run", columns, FrontView(("macs", "acc"), infeasible=chart), ("acc", "macs"), {}, 12
        )
        for chart in (True, False)
    )
    assert not with_.feasible.all()
    assert without.feasible.all()
    assert without.number.tolist() == with_.number[with_.feasible].tolist()


def test_a_limit_close_to_the_points_is_within_the_axis(info):
    """Where all points keep to a limit, it lies beyond them; a far one would squeeze them."""
    plain = info().axes[0]
    near, far = plain.high + 0.2 * (plain.high - plain.low), 20 * plain.high
    for log in (frozenset(), frozenset("x")):
        axis = info(constraints=[f"macs <= {near}M"], log=log).axes[0]
        assert axis.low < axis.limits[0].position < axis.high
        without = info(log=log).axes[0]
        assert info(constraints=[f"macs <= {far}M"], log=log).axes[0].high == without.high
