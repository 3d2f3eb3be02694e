"""The curves of a training, from its log."""

from engine.analysis.charts.training_curves import training_curves_info
from engine.analysis.figures.plotly_figure import plotly_figure
from engine.analysis.figures.training_curves import loss_figure, quality_figure

ENTRIES = [
    {"stage": 0, "step": 0, "done": 0, "quality": {"original": 90.0, "largest": 89.0, "half": 3.0}},
    {"stage": 0, "step": 1, "done": 1, "loss": 0.5, "rate": 0.1, "seconds": 0.2},
    {"stage": 0, "step": 8, "done": 8, "loss": 0.25, "rate": 0.1, "seconds": 1.6},
    {"stage": 0, "step": 8, "done": 8, "quality": {"largest": 90.5, "half": 80.0}},
]


def test_each_network_has_a_curve():
    info = training_curves_info("mine", ENTRIES, 10, "Top-1 accuracy", "%")
    assert info.losses == ((1, 0.5), (8, 0.25))
    assert {curve.name: curve.points for curve in info.qualities} == {
        "original": ((0, 90.0),), "largest": ((0, 89.0), (8, 90.5)), "half": ((0, 3.0), (8, 80.0)),
    }  # fmt: skip
    assert info.loss_description.endswith("0.25 after 8 of 10 steps.")
    assert info.quality_description == (
        "Top-1 accuracy on validation data over steps of training: original 90 %, largest 90.5 %, "
        "half 80 %."
    )


def test_the_original_network_is_a_line_across():
    info = training_curves_info("mine", ENTRIES, 10, "Top-1 accuracy", "%")
    traces = {trace["name"]: trace for trace in quality_figure(info)["data"]}
    assert traces["your network"]["x"] == [0, 10]
    assert traces["your network"]["y"] == [90.0, 90.0]
    assert traces["half"]["y"] == [3.0, 80.0]


def test_every_figure_is_one_that_plotly_knows():
    info = training_curves_info("mine", ENTRIES, 10)
    assert len(plotly_figure(quality_figure(info)).data) == 3
    assert len(plotly_figure(loss_figure(info)).data) == 1


def test_a_training_that_has_not_begun_has_no_curves():
    info = training_curves_info("mine", [], 0)
    assert (info.losses, info.qualities, info.total) == ((), (), 1)
    assert info.loss_description == "The loss appears with the first step."
