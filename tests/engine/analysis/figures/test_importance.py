import pytest

from engine.analysis.charts.importance import importance_info
from engine.analysis.figures.importance import importance_figure
from engine.analysis.figures.plotly_figure import plotly_figure
from engine.metrics import metric
from engine.predictors.importance import Importance, ImportanceReport


def info(tau=0.8, by="stage"):
    genes = tuple(Importance(f"gene {i}", 0.5 / (i + 1), 0.02) for i in range(30))
    report = ImportanceReport("Gaussian process", 120, tau, 0.9, genes[:3], genes)
    return importance_info("run", metric("acc"), report, by)


@pytest.mark.parametrize(("tau", "trust"), [(0.8, "good"), (0.4, "weak"), (0.1, "poor")])
def test_a_bad_predictor_is_not_to_be_trusted(tau, trust):
    chart = info(tau)
    assert chart.trust == trust
    assert bool(chart.warning) == (trust != "good")
    assert (importance_figure(chart)["data"][0]["marker"]["opacity"] == 1.0) == (trust == "good")


def test_the_longest_bar_is_on_top_and_the_rest_is_counted():
    chart = info(by="gene")
    bars = plotly_figure(importance_figure(chart)).data[0]
    assert bars.y[-1] == "gene 0"
    assert list(bars.error_x.array)[-1] == pytest.approx(2.0)
    assert chart.note == "The 12 least important are not drawn."
