import pytest

from engine.analysis.charts.hypervolume import hypervolume_info
from engine.analysis.charts.hypervolume_steps import steps_info
from engine.analysis.figures.hypervolume import (
    axis_title,
    hypervolume_figure,
    steps_figure,
    with_cursor,
)
from engine.analysis.figures.plotly_figure import plotly_figure


def test_a_staircase_with_a_mark_where_each_cycle_began(history):
    info = hypervolume_info("run", history)
    figure = plotly_figure(hypervolume_figure(info))
    assert [mark.x0 for mark in figure.layout.shapes] == list(info.cycle_starts)
    assert figure.data[0].x[-1] == 12
    assert figure.data[0].y[-1] == history.hypervolume[-1]


def test_a_cursor_stands_at_one_evaluation(history):
    figure = with_cursor(steps_figure(steps_info("run", history.hypervolume)), 7)
    (line,) = plotly_figure(figure).layout.shapes
    assert (line.x0, line.x1, line.yref) == (7, 7, "paper")


def test_a_measured_hypervolume_needs_no_word():
    assert axis_title("measured") == ""


@pytest.mark.parametrize("provenance", ["predicted", "measured or imported or predicted"])
def test_the_words_stand_in_lines_that_a_low_chart_has_room_for(provenance):
    lines = axis_title(provenance).split("\n")
    assert " ".join(lines) == provenance.capitalize()
    assert all(len(line) <= 17 for line in lines)
