import numpy as np
import pytest

from app.charts.parallel import axis_values, brushed_mask, parallel_figure, parallel_info
from app.explore.columns import all_columns
from tests.app.charts.painted import checked

NAMES = ["acc", "macs", "d1", "ks3", "front"]


@pytest.fixture
def columns(history):
    return all_columns(history.id, history)


def test_a_line_for_each_measured_candidate(history, columns):
    candidates = np.arange(len(columns)) % 2 == 0
    info = parallel_info("run", columns, NAMES, candidates, 1, 12)
    assert info.number.tolist() == [e.number for e in history.evaluations if e.ok and e.number % 2]
    assert [axis.label for axis in info.axes][2:] == [
        "Stage 1 depth",
        "Stage 1 block 3 kernel size",
        "On the front",
    ]
    assert info.selected == 1


def test_a_gene_that_is_off_has_a_place_of_its_own(columns):
    values, ticks = axis_values(columns, "ks3", len(columns))
    off = np.isnan(columns.named(len(columns))["ks3"])
    assert off.any()
    assert ticks[1.0] == "off"
    assert (values[off] == 1.0).all()
    assert list(ticks.values()) == ["off", "3", "5", "7"]


def test_brushes_on_several_axes_narrow_each_other(columns):
    n = len(columns)
    depth = brushed_mask(columns, {"d1": [(2, 2), (4, 4)]}, n)
    both = brushed_mask(columns, {"d1": [(2, 2), (4, 4)], "front": [(0.5, 1)]}, n)
    assert depth.tolist() == np.isin(columns.named(n)["d1"], [2, 4]).tolist()
    assert both.tolist() == (depth & columns.front(n)).tolist()


def test_the_figure_is_what_plotly_knows_and_holds_the_brushes(columns):
    info = parallel_info("run", columns, NAMES, np.ones(len(columns), dtype=bool), None, 12)
    figure = parallel_figure(info, {"macs": [(1.0, 2.0)], "d1": [(2, 2), (4, 4)]})
    drawn = checked(figure).data[0]
    assert drawn.dimensions[1].constraintrange == (1.0, 2.0)
    assert [dimension.name for dimension in drawn.dimensions] == NAMES


def test_a_brush_that_is_taken_away_does_not_come_back_from_the_browser(columns):
    info = parallel_info("run", columns, NAMES, np.ones(len(columns), dtype=bool), None, 12)
    brushed, plain = (
        parallel_figure(info, ranges)["data"][0]["uirevision"]
        for ranges in ({"macs": [(1.0, 2.0)]}, {})
    )
    assert brushed != plain
