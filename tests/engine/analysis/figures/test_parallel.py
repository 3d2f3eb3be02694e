import numpy as np
import pytest

from engine.analysis.charts.parallel import parallel_info
from engine.analysis.figures.parallel import parallel_figure
from engine.analysis.figures.plotly_figure import plotly_figure
from engine.runs.columns import run_columns

NAMES = ["acc", "macs", "d1", "ks3", "front"]


@pytest.fixture
def columns(history):
    return run_columns(history)


def test_the_figure_is_what_plotly_knows_and_holds_the_brushes(columns):
    info = parallel_info("run", columns, NAMES, np.ones(len(columns), dtype=bool), None, 12)
    figure = parallel_figure(info, {"macs": [(1.0, 2.0)], "d1": [(2, 2), (4, 4)]})
    drawn = plotly_figure(figure).data[0]
    assert drawn.dimensions[1].constraintrange == (1.0, 2.0)
    assert [dimension.name for dimension in drawn.dimensions] == NAMES


def test_a_brush_that_is_taken_away_does_not_come_back_from_the_browser(columns):
    info = parallel_info("run", columns, NAMES, np.ones(len(columns), dtype=bool), None, 12)
    brushed, plain = (
        parallel_figure(info, ranges)["data"][0]["uirevision"]
        for ranges in ({"macs": [(1.0, 2.0)]}, {})
    )
    assert brushed != plain
