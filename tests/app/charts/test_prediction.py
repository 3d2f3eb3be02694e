from app.charts.prediction import prediction_figure, prediction_info
from tests.app.charts.painted import checked


def info(history, selected=None):
    return prediction_info("run", history, "acc", selected, history.budget)


def test_every_prediction_that_was_put_to_the_test_is_a_point(history):
    shown = info(history)
    made = [e for e in history.evaluations if e.ok and e.predicted]
    assert list(shown.numbers) == [e.number for e in made]
    assert list(shown.measured) == [e.metrics["acc"] for e in made]
    assert list(shown.predicted) == [e.predicted["acc"] for e in made]
    assert f"cycle {made[0].cycle}" in shown.hover[0]
    assert f"{len(made)} sub-networks" in shown.description


def test_both_axes_have_the_same_range_around_all_points(history):
    shown = info(history)
    figure = checked(prediction_figure(shown))
    assert figure.layout.xaxis.range == figure.layout.yaxis.range
    low, high = shown.range
    assert (
        low < min(shown.measured + shown.predicted) <= max(shown.measured + shown.predicted) < high
    )
    assert list(figure.data[0].x) == list(figure.data[0].y) == [low, high]


def test_colours_are_those_of_the_pareto_chart(history):
    axis = checked(prediction_figure(info(history))).layout.coloraxis
    assert axis.reversescale
    assert (axis.cmin, axis.cmax) == (1, history.budget)
    assert list(checked(prediction_figure(info(history))).data[1].marker.color) == list(
        info(history).numbers
    )


def test_the_ring_is_around_the_selected_one_if_it_was_predicted(history):
    number = info(history).numbers[0]
    ring = checked(prediction_figure(info(history, selected=number))).data[2]
    assert list(ring.x) == [info(history).measured[0]]
    assert info(history, selected=1).selected is None  # of the initial sample


def test_without_predictions_there_is_an_empty_chart(history):
    shown = prediction_info("run", history, "lat", None, history.budget)
    assert shown.numbers == ()
    assert checked(prediction_figure(shown)).layout.xaxis.range[0] < 0
