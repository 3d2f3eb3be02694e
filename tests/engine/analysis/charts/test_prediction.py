from engine.analysis.charts.prediction import prediction_info


def info(history, selected=None):
    return prediction_info("run", history, "acc", selected, history.budget)


def told(history):
    return [e for e in history.evaluations if e.ok and e.predicted]


def test_every_prediction_that_was_put_to_the_test_counts(history):
    shown, made = info(history), told(history)
    assert shown.prediction_count == len(made) > 0
    assert shown.too_high == sum(e.predicted["acc"] > e.metrics["acc"] for e in made)
    assert f"{len(made)} sub-networks" in shown.description
