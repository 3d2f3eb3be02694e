"""Of sub-networks that tie in the metric of a goal, the answer is a non-dominated one."""

from dataclasses import replace

import pytest

from engine.analysis.goal import Goal, answer, best
from engine.config import NASConfig
from engine.export.chosen import best_subnetwork
from engine.pareto.front import minimised, non_dominated
from engine.runs.service import RunService
from tests.engine.runs.fakes import InstantEvaluator


class EqualAccuracies(InstantEvaluator):
    """Every sub-network has the accuracy 88, 89 or 90."""

    def _measurement(self, config, metrics, settings):
        measurement = super()._measurement(config, metrics, settings)
        values = dict(measurement.values)
        if "acc" in values:
            values["acc"] = 88.0 + self.supernet.space.encode(config).sum() % 3
        return replace(measurement, values=values)


@pytest.fixture(scope="module", params=["acc macs", "macs acc", "acc params macs"])
def history(request, tmp_path_factory):
    """A run of forty evaluations in which accuracies tie; the objectives differ."""
    objectives = request.param.split()
    dynas = {"metrics": objectives, "population": 20, "num_evals": 40, "workers": 1}
    service = RunService(tmp_path_factory.mktemp("data"), EqualAccuracies)
    run = service.start(NASConfig(approach="random", dynas=dynas), "ties")
    service.wait(run, timeout=120)
    yield service.history(run)
    service.close()


def dominating(history, chosen, fitting):
    """The numbers of the fitting sub-networks that dominate the chosen one."""
    return [
        e.number
        for e in fitting
        if not non_dominated(minimised([chosen, e], history.objectives))[0]
    ]


@pytest.mark.parametrize("limit", ["", "macs <= 5M", "macs >= 4M", "acc >= 89", "acc <= 89"])
@pytest.mark.parametrize("metric", ["acc", "macs"])
def test_no_sub_network_within_the_limits_dominates_the_best(history, metric, limit):
    result = answer(history, Goal.parse(metric, limit))
    fitting = [
        e
        for e in history.evaluations
        if all(c.violation(e.metrics[c.metric.name]) == 0 for c in result.goal.limits)
    ]
    assert len(fitting) == result.fitting > 0
    assert dominating(history, result.best, fitting) == []
    for variant in result.variants:
        if variant.best is not None:
            number = best(history, metric, [variant.limit]).number
            assert variant.best.number == number


def test_the_runner_up_is_the_best_of_those_with_another_value(history):
    result = answer(history, Goal.parse("acc"))
    others = [e for e in history.evaluations if e.metrics["acc"] == 89.0]
    assert (result.best.metrics["acc"], result.runner_up.metrics["acc"]) == (90.0, 89.0)
    assert dominating(history, result.runner_up, others) == []


def test_python_answers_ties_as_the_page_does(history):
    chosen = best_subnetwork(history, "acc")
    assert chosen.number in history.front_numbers
    assert chosen.number == answer(history, Goal.parse("acc")).best.number


def test_the_nearest_to_limits_that_nothing_keeps_to_is_non_dominated(history):
    result = answer(history, Goal.parse("acc", "acc >= 95"))
    assert result.best is None
    assert result.nearest.number in history.front_numbers
