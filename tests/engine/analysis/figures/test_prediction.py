from engine.analysis.charts.prediction import prediction_info
from engine.analysis.charts.run_points import run_points
from engine.analysis.figures.plotly_figure import plotly_figure
from engine.analysis.figures.point_traces import add_points, with_filled_traces
from engine.analysis.figures.prediction import prediction_figure
from engine.analysis.figures.theme import page_theme
from engine.runs.incremental_columns import prediction_of


def info(history, selected=None):
    return prediction_info("run", history, "acc", selected, history.budget)


def draw(history, chart):
    points = run_points(history, "acc", prediction_of("acc"))
    return plotly_figure(
        with_filled_traces(add_points(prediction_figure(chart), points, (1.0, 1.0)))
    )


def predicted_evaluations(history):
    return [e for e in history.evaluations if e.ok and e.predicted]


def test_both_axes_have_the_same_range_around_all_points(history):
    chart = info(history)
    figure = draw(history, chart)
    assert figure.layout.xaxis.range == figure.layout.yaxis.range
    low, high = chart.range
    values = [
        value
        for e in predicted_evaluations(history)
        for value in (e.predicted["acc"], e.metrics["acc"])
    ]
    assert low < min(values) <= max(values) < high
    assert list(figure.data[0].x) == list(figure.data[0].y) == [low, high]


def test_colours_are_those_of_the_pareto_chart(history):
    axis = draw(history, info(history)).layout.coloraxis
    assert axis.colorscale[0][1] == page_theme("light")["order0"]
    assert (axis.cmin, axis.cmax) == (1, history.budget)


def test_the_ring_is_around_the_selected_one_if_it_was_predicted(history):
    first = predicted_evaluations(history)[0]
    chart = info(history, selected=first.number)
    assert chart.selected_position == (first.metrics["acc"], first.predicted["acc"])
    assert prediction_figure(chart)["points"]["selected"] == first.number
    assert info(history, selected=1).selected is None  # of the initial sample


def test_without_predictions_there_is_an_empty_chart(history):
    chart = prediction_info("run", history, "lat", None, history.budget)
    assert chart.prediction_count == 0
    assert draw(history, chart).layout.xaxis.range[0] < 0
