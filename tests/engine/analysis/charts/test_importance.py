from engine.analysis.charts.importance import importance_info
from engine.metrics import metric
from engine.predictors.importance import Importance, ImportanceReport


def info(tau=0.8, by="stage"):
    genes = tuple(Importance(f"gene {i}", 0.5 / (i + 1), 0.02) for i in range(30))
    report = ImportanceReport("Gaussian process", 120, tau, 0.9, genes[:3], genes)
    return importance_info("run", metric("acc"), report, by)


def test_it_says_how_it_was_made():
    text = info().method_text
    assert "Gaussian process fitted to the last 120" in text
    assert "tau 0.80" in text
    assert "90 %" in text
