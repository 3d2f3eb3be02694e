import numpy as np

from engine.analysis.charts.importance import effects_info, importance_info
from engine.analysis.measured_effects import measured_effects
from engine.metrics import metric
from engine.predictors.importance import Importance, ImportanceReport
from engine.supernets import registry


def info(tau=0.8, by="stage"):
    genes = tuple(Importance(f"gene {i}", 0.5 / (i + 1), 0.02) for i in range(30))
    report = ImportanceReport("Gaussian process", 120, tau, 0.9, genes[:3], genes)
    return importance_info("run", metric("acc"), report, by)


def test_it_says_how_it_was_made():
    text = info().method_text
    assert "Gaussian process fitted to the last 120" in text
    assert "tau 0.80" in text
    assert "90 %" in text
    assert "shares may add up to more than 100 %" in text


def test_shares_that_add_up_to_more_than_everything_are_explained():
    """Two genes that are always chosen together both get all of the variance."""
    space = registry.load(registry.DEFAULT).space
    genotypes = np.array([space.largest, space.smallest] * 10)
    effects = measured_effects(space, genotypes, genotypes.sum(axis=1).astype(float))
    assert sum(group.mean for group in effects.groups) > 1
    text = effects_info("run", metric("acc"), effects, "stage").method_text
    assert "shares may add up to more than 100 %" in text
