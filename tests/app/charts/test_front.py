import numpy as np
import pytest

from app.charts.front import DRAWN, FrontView, front_info, newest_cycles
from app.charts.front_figure import front_figure
from app.explore.columns import all_columns
from tests.app.charts.painted import checked


@pytest.fixture
def info(history):
    def of(metrics=("macs", "acc"), limits=None, **view):
        columns = all_columns(history.id, history)
        objectives = tuple(objective.name for objective in history.objectives)
        return front_info("run", columns, FrontView(metrics, **view), objectives, limits or {}, 12)

    return of


def test_only_what_was_measured_is_drawn(history, info):
    shown = info()
    assert shown.number.tolist() == [e.number for e in history.evaluations if e.ok]
    assert shown.values[0].tolist() == [
        history.evaluations[0].metrics["macs"] / 1e6,
        history.evaluations[0].metrics["acc"],
    ]
    assert shown.front == len(history.front())
    assert f"{shown.front} of them" in shown.description


def test_the_line_is_drawn_over_the_objectives_only(info):
    assert info().line
    assert not info(("params", "acc")).line
    assert not info(("macs", "acc", "params")).line


def test_a_logarithmic_axis_has_exponents_for_its_range(info):
    plain, log = info().axes[0], info(log=frozenset("x")).axes[0]
    assert log.log
    assert log.range == pytest.approx(np.log10([log.low, log.high]))
    assert plain.range == [plain.low, plain.high]


def test_a_limit_is_in_drawn_units(info):
    assert info(limits={"macs": 5e6}).axes[0].limit == 5.0


def test_figures_are_what_plotly_knows(info):
    for metrics in (("macs", "acc"), ("macs", "acc", "params")):
        figure = front_figure(info(metrics, log=frozenset("x"), limits={"acc": 80.0}))
        for trace in figure["data"]:
            trace.pop("role")
        assert checked({"data": figure["data"], "layout": figure["layout"]})


def test_zoom_is_kept_while_axes_stay(info):
    def revision(shown):
        return front_figure(shown)["layout"]["uirevision"]

    assert revision(info()) == revision(info(robust=True))
    assert revision(info()) != revision(info(log=frozenset("x")))


def test_the_newest_cycle_begins_once():
    cycles = newest_cycles(np.array([-1, 0, 0, 1, 0, 2, 1, 2]))
    assert cycles == ((1, -1), (2, 0), (4, 1), (6, 2))
    assert newest_cycles(np.array([], dtype=int)) == ()


def test_what_misses_a_constraint_can_be_left_out(constrained_history):
    columns = all_columns(constrained_history.id, constrained_history)
    with_, without = (
        front_info(
            "run", columns, FrontView(("macs", "acc"), infeasible=shown), ("acc", "macs"), {}, 12
        )
        for shown in (True, False)
    )
    assert not with_.feasible.all()
    assert without.feasible.all()
    assert without.number.tolist() == with_.number[with_.feasible].tolist()


def test_a_front_without_points_is_empty_and_drawable(history):
    columns = all_columns(history.id, history).first(0)
    shown = front_info("run", columns, FrontView(("macs", "acc")), ("acc", "macs"), {}, 12)
    assert shown.description == "No sub-network has been measured yet."
    assert front_figure(shown)["data"]
    assert DRAWN > 0


def test_the_browser_knows_what_the_axes_stand_for(info):
    figure = front_figure(info(log=frozenset("x")))
    assert figure["place"]["axes"] == [
        {"axis": "xaxis", "name": "macs", "divide": 1e6, "log": True},
        {"axis": "yaxis", "name": "acc", "divide": 1, "log": False},
    ]
    assert front_figure(info(("macs", "acc", "params")))["place"] == {"keyword": "camera"}
