import numpy as np

from engine.analysis.charts.hypervolume_steps import steps_info
from engine.analysis.figures.hypervolume import steps_figure
from engine.analysis.figures.plotly_figure import plotly_figure


def test_only_rises_are_sent():
    info = steps_info("run", np.array([0.0, 0.0, 0.2, 0.2, 0.3, 0.3]))
    assert info.steps == ((1, 0.0), (3, 0.2), (5, 0.3))
    assert "0.3000 after 6 evaluations" in info.description


def test_the_line_goes_on_to_the_last_evaluation():
    figure = steps_figure(steps_info("run", np.array([0.1, 0.1, 0.1])))
    assert figure["data"][0]["x"] == [1, 3]
    assert plotly_figure({"data": figure["data"], "layout": figure["layout"]})


def test_nothing_measured_is_said():
    assert "appears" in steps_info("run", np.array([])).description
