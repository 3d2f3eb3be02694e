import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import DataError
from engine.supernets.predictor_calibration import MIN_PREDICTIONS, fit_line

AT_224 = np.array([224])


@given(st.floats(0.2, 1.5), st.floats(-20, 20), st.integers(0, 1000))
def test_a_line_without_noise_is_found_and_brings_predictions_to_measurements(slope, shift, seed):
    predictions = np.random.default_rng(seed).uniform(40, 60, 30)
    accuracies = slope * predictions + shift
    line = fit_line(predictions, accuracies, [224], "made.csv")
    assert line.slope == pytest.approx(slope)
    assert line.intercept == pytest.approx(shift, abs=1e-6)
    assert line.rmse == pytest.approx(0, abs=1e-9)
    assert line.tau == pytest.approx(1)
    assert (line.rows, line.resolutions) == (30, (224,))
    np.testing.assert_allclose(line.apply(predictions), np.clip(accuracies, 0, 100))


@given(
    st.lists(st.floats(50, 90), min_size=MIN_PREDICTIONS, max_size=40, unique=True),
    st.floats(0, 100),
)
def test_what_lies_beyond_the_rows_is_extrapolated_and_nothing_else(predictions, value):
    rows = np.array(predictions)
    line = fit_line(rows, 0.9 * rows + 5, [224], "made.csv")
    beyond = line.extrapolates(np.array([value]), AT_224)[0]
    assert beyond == (value < rows.min() or value > rows.max())
    assert line.extrapolates(rows[:1], np.array([192]))[0]
    assert not line.extrapolates(rows[:1], AT_224)[0]


@given(st.floats(-1e3, 1e3))
def test_a_calibrated_accuracy_is_one_that_there_can_be(value):
    rows = np.linspace(70, 80, 20)
    line = fit_line(rows, 3 * rows - 150, [], "made.csv")
    assert 0 <= line.apply(np.array([value]))[0] <= 100


@pytest.mark.parametrize("rows", [0, 1, MIN_PREDICTIONS - 1])
def test_too_few_different_predictions_are_no_calibration(rows):
    predictions = np.repeat(np.arange(rows, dtype=float), 5)
    with pytest.raises(
        DataError, match=rf"made.csv has {rows} measured.*at least {MIN_PREDICTIONS}"
    ):
        fit_line(predictions, predictions, [], "made.csv")


def test_accuracies_that_fall_as_predictions_rise_are_refused():
    predictions = np.linspace(70, 80, 20)
    with pytest.raises(DataError, match=r"made.csv do not rise.*Check that the file"):
        fit_line(predictions, 100 - predictions, [], "made.csv")
