import pytest

from engine.analysis.charts.baselines import BaselinePoint, BaselinesInfo
from engine.analysis.figures.baselines import with_baselines
from engine.analysis.figures.layout import base_layout, plot_axis
from engine.analysis.figures.plotly_figure import plotly_figure
from engine.analysis.figures.plots import plot_front
from engine.errors import FigureError
from engine.runs.service import RunService
from tests.engine.runs.fakes import InstantEvaluator
from tests.long_log import write_long_log

LINE = tuple(BaselinePoint(x, y, "a network") for x, y in ((1.0, 80.0), (10.0, 85.0), (100.0, 90)))
STAR = BaselinePoint(100.0, 93.0, "original")


def figure(**axes):
    layout = base_layout("a", xaxis=plot_axis("x", **axes), yaxis=plot_axis("y"))
    return {"data": [{"type": "scatter", "x": [1], "y": [1]}], "layout": layout}


def test_a_line_and_a_star_are_named_and_selected_by_no_click():
    drawn = with_baselines(figure(), BaselinesInfo(LINE, STAR, ""))
    _, line, star = drawn["data"]
    assert (line["name"], star["name"]) == ("Uniform scaling", "Original")
    assert line["text"] == ["", "Uniform scaling", ""]
    assert (line["marker"]["symbol"], star["marker"]["symbol"]) == ("diamond-open", "star")
    assert not {"customdata", "role"} & {*line, *star}
    assert plotly_figure(drawn)


def test_several_supernets_are_told_apart_and_one_without_baselines_has_none():
    infos = BaselinesInfo(LINE, None, "", "one <b>"), None, BaselinesInfo((), STAR, "", "two")
    names = [trace["name"] for trace in with_baselines(figure(), *infos)["data"][1:]]
    assert names[1] == "Original, two"
    assert names[0].startswith("Uniform scaling, one <")
    assert "<b>" not in names[0]
    assert with_baselines(figure(), None) == figure()


def test_axes_with_a_fixed_range_show_them_too():
    fixed = with_baselines(figure(range=[20.0, 50.0]), BaselinesInfo(LINE, STAR, ""))
    low, high = fixed["layout"]["xaxis"]["range"]
    assert low < 1
    assert high > 100
    logarithmic = figure(range=[0.5, 1.0], type="log")
    low, high = with_baselines(logarithmic, BaselinesInfo(LINE, STAR, ""))["layout"]["xaxis"][
        "range"
    ]
    assert low < 0
    assert 2 < high < 3
    wide = with_baselines(figure(range=[-50.0, 500.0]), BaselinesInfo(LINE, STAR, ""))
    assert wide["layout"]["xaxis"]["range"] == [-50.0, 500.0]


@pytest.mark.parametrize(
    ("axes", "x", "side"),
    [
        ({"range": [0.0, 100.0]}, 90.0, "left"),
        ({"range": [0.0, 100.0]}, 10.0, "right"),
        ({"range": [0.0, 2.0], "type": "log"}, 30.0, "left"),
        ({"range": [0.0, 2.0], "type": "log"}, 3.0, "right"),
        ({}, 90.0, "left"),
        ({}, 2.0, "right"),
    ],
)
def test_the_label_of_the_original_is_on_the_side_with_more_room(axes, x, side):
    star = BaselinePoint(x, 93.0, "original")
    (*_, drawn) = with_baselines(figure(**axes), BaselinesInfo(LINE, star, ""))["data"]
    assert drawn["textposition"] == f"top {side}"


def test_the_label_of_the_highest_point_is_not_cut_off():
    layout = base_layout("a", xaxis=plot_axis("x"), yaxis=plot_axis("y", range=[80.0, 93.0]))
    chart = {"data": [], "layout": layout}
    drawn = with_baselines(chart, BaselinesInfo((), STAR, ""))
    low, high = drawn["layout"]["yaxis"]["range"]
    assert (high - STAR.y) / (high - low) > 0.07
    assert drawn["data"][-1]["cliponaxis"] is False


def test_a_script_draws_them_once_they_are_measured(data_folder):
    service = RunService(data_folder, InstantEvaluator)
    run = write_long_log(data_folder, 20)
    with pytest.raises(FigureError, match="are not measured"):
        plot_front(run, baselines=True)
    service.baselines.measure(service.history(run))
    service.close()
    names = [trace.name for trace in plot_front(run, baselines=True).data]
    assert names[-2:] == ["Uniform scaling", "Original"]
    assert "Original" not in [trace.name for trace in plot_front(run).data]
