import pytest

from engine.analysis.figures.plotly_figure import plotly_figure
from engine.analysis.figures.predictor_quality import predictor_figure
from engine.predictors.quality import FittedPredictor
from tests.engine.analysis.predicted_history import RIGHT_THEN_WRONG, info, predicted_evaluation


def test_the_predictor_in_use_is_named():
    chart = info(
        RIGHT_THEN_WRONG, FittedPredictor("gaussian_process", 12), FittedPredictor("ridge", 24)
    )
    assert [cycle.predictor for cycle in chart.cycles] == ["Gaussian process", "Ridge regression"]
    assert chart.predictor_text.startswith("Ridge regression, learnt from 24. Last 10: tau ")
    figure = plotly_figure(predictor_figure(chart, "tau"))
    assert [trace.name for trace in figure.data] == [
        "Last 50",
        "Gaussian process",
        "Ridge regression",
    ]
    assert figure.data[1].marker.symbol != figure.data[2].marker.symbol
    assert figure.layout.showlegend


def test_what_a_choice_went_by_is_in_the_hover():
    fitted = FittedPredictor("ridge", 24, {"gaussian_process": 0.61, "ridge": 0.7})
    figure = plotly_figure(predictor_figure(info(RIGHT_THEN_WRONG[:5], fitted), "tau"))
    assert "tau: Gaussian process 0.61, Ridge regression 0.70" in figure.data[1].text[0]


def test_a_log_that_does_not_name_predictors_is_drawn():
    chart = info(RIGHT_THEN_WRONG)
    assert {cycle.fitted_predictor for cycle in chart.cycles} == {None}
    assert not plotly_figure(predictor_figure(chart, "tau")).layout.showlegend


def test_the_figures_draw_the_cycles_and_the_window():
    chart = info(RIGHT_THEN_WRONG)
    tau = plotly_figure(predictor_figure(chart, "tau"))
    assert list(tau.data[1].y) == [1.0, -1.0]
    assert tau.layout.yaxis.range[0] < -1
    error = plotly_figure(predictor_figure(chart, "rmse"))
    assert list(error.data[0].y) == [0.0, pytest.approx(chart.cycles[1].recent_quality.rmse)]
    assert error.layout.yaxis.title.text == "RMSE (%)"
    assert tau.layout.uirevision != error.layout.uirevision


def test_a_rank_correlation_of_three_is_not_drawn_but_their_error_is():
    chart = info([predicted_evaluation(n, 1, n + 0.5, n) for n in range(1, 4)])
    assert list(plotly_figure(predictor_figure(chart, "tau")).data[0].x) == [1]
    assert len(plotly_figure(predictor_figure(chart, "tau")).data[1].x) == 0
    assert list(plotly_figure(predictor_figure(chart, "rmse")).data[1].y) == [0.5]
