from app.charts.prediction import prediction_figure, prediction_info
from tests.app.charts.painted import checked


def info(history, selected=None):
    return prediction_info("run", history, "acc", selected, history.budget)


def drawn(shown):
    figure = prediction_figure(shown)
    for trace in figure["data"]:
        trace.pop("role", None)
    return checked({"data": figure["data"], "layout": figure["layout"]})


def told(history):
    return [e for e in history.evaluations if e.ok and e.predicted]


def test_every_prediction_that_was_put_to_the_test_counts(history):
    shown, made = info(history), told(history)
    assert shown.made == len(made) > 0
    assert shown.too_high == sum(e.predicted["acc"] > e.metrics["acc"] for e in made)
    assert f"{len(made)} sub-networks" in shown.description


def test_both_axes_have_the_same_range_around_all_points(history):
    shown = info(history)
    figure = drawn(shown)
    assert figure.layout.xaxis.range == figure.layout.yaxis.range
    low, high = shown.range
    values = [value for e in told(history) for value in (e.predicted["acc"], e.metrics["acc"])]
    assert low < min(values) <= max(values) < high
    assert list(figure.data[0].x) == list(figure.data[0].y) == [low, high]


def test_colours_are_those_of_the_pareto_chart(history):
    axis = drawn(info(history)).layout.coloraxis
    assert axis.reversescale
    assert (axis.cmin, axis.cmax) == (1, history.budget)


def test_the_ring_is_around_the_selected_one_if_it_was_predicted(history):
    first = told(history)[0]
    shown = info(history, selected=first.number)
    assert shown.at == (first.metrics["acc"], first.predicted["acc"])
    assert prediction_figure(shown)["points"]["selected"] == first.number
    assert info(history, selected=1).selected is None  # of the initial sample


def test_without_predictions_there_is_an_empty_chart(history):
    shown = prediction_info("run", history, "lat", None, history.budget)
    assert shown.made == 0
    assert drawn(shown).layout.xaxis.range[0] < 0
