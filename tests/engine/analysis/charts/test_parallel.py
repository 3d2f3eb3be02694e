import numpy as np
import pytest

from engine.analysis.charts.parallel import axis_values, brushed_mask, parallel_info
from engine.runs.columns import run_columns

NAMES = ["acc", "macs", "d1", "ks3", "front"]


@pytest.fixture
def columns(history):
    return run_columns(history)


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
    off = np.isnan(columns.by_name(len(columns))["ks3"])
    assert off.any()
    assert ticks[1.0] == "off"
    assert (values[off] == 1.0).all()
    assert list(ticks.values()) == ["off", "3", "5", "7"]


def test_brushes_on_several_axes_narrow_each_other(columns):
    n = len(columns)
    depth = brushed_mask(columns, {"d1": [(2, 2), (4, 4)]}, n)
    both = brushed_mask(columns, {"d1": [(2, 2), (4, 4)], "front": [(0.5, 1)]}, n)
    assert depth.tolist() == np.isin(columns.by_name(n)["d1"], [2, 4]).tolist()
    assert both.tolist() == (depth & columns.front(n)).tolist()
