from engine.analysis.charts.prediction import prediction_info


def info(history, selected=None):
    return prediction_info("run", history, "acc", selected, history.budget)


def predicted_evaluations(history):
    return [e for e in history.evaluations if e.ok and e.predicted]


def test_every_prediction_that_was_put_to_the_test_counts(history):
    chart, predictions = info(history), predicted_evaluations(history)
    assert chart.prediction_count == len(predictions) > 0
    assert chart.too_high == sum(e.predicted["acc"] > e.metrics["acc"] for e in predictions)
    assert f"{len(predictions)} sub-networks" in chart.description
