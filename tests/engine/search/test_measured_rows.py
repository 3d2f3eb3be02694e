"""Rows of a long search are ranked as they arrive, with the result of ranking them all."""

import moocore
import numpy as np
import pytest

from engine.constraints import Constraint
from engine.evaluation.record import Evaluation
from engine.metrics import METRICS
from engine.pareto.front import non_dominated
from engine.search import measured_rows
from engine.search.measured_rows import MeasuredRows
from engine.search.problem import Problem
from engine.space import Gene, SearchSpace

SPACE = SearchSpace([Gene("a", tuple(range(300))), Gene("b", (0, 1))])
LIMIT = 20


@pytest.fixture(autouse=True)
def few(monkeypatch):
    monkeypatch.setattr(measured_rows, "_FEWEST_RANKED", 25)
    monkeypatch.setattr(measured_rows, "_MOST_RANKED", 100)


def problem(*constraints):
    objectives = [METRICS["acc"], METRICS["macs"]]
    return Problem(SPACE, objectives, lambda genotypes: {}, constraints)


def evaluated(values):
    return [
        Evaluation(i, (i % 300, i % 2), {}, 0, "ok", {"acc": a, "macs": m}, {}, 1.0, 0.0)
        for i, (a, m) in enumerate(values.tolist(), 1)
    ]


def added(values, of, at_a_time=13):
    rows, evaluations = MeasuredRows(of), evaluated(values)
    for first in range(0, len(evaluations), at_a_time):
        rows.add(evaluations[first : first + at_a_time])
        rows.leading()
    return rows


def values(kind, n=1000):
    """`(n, 2)` top-1 and MACs: in no order, ever better ones, or ones that beat many others."""
    rng = np.random.default_rng(1)
    macs = rng.random(n)
    gain = {"random": rng.random(n), "better": np.arange(n) / n, "jumps": np.arange(n) // 200}
    return np.c_[np.round(50 + 10 * macs + 5 * gain[kind], 2), 1e6 * (2 + macs - gain[kind])]


@pytest.mark.parametrize("kind", ["random", "better", "jumps"])
@pytest.mark.parametrize(
    "constraints", [(), (Constraint(METRICS["acc"], at_least=True, limit=54.0),)]
)
def test_what_is_learnt_from_and_the_front_are_those_of_all_rows(kind, constraints):
    of = problem(*constraints)
    rows = added(values(kind), of)
    everything = np.arange(len(rows))
    penalised = of.penalised_objectives(rows.points(everything), rows.points(everything))
    best = np.argsort(moocore.pareto_rank(penalised), kind="stable")[: LIMIT // 2]
    assert set(best) <= set(rows.informative(LIMIT))
    leading = rows.leading()
    assert len(leading) < len(rows)
    front = everything[non_dominated(penalised)]
    assert leading[non_dominated(penalised[leading])].tolist() == front.tolist()
    for end in (np.min, np.max):
        np.testing.assert_array_equal(
            end(rows.points(leading), axis=0), end(rows.points(everything), axis=0)
        )


def test_genotypes_and_points_are_those_of_the_evaluations():
    given = values("random", 400)
    rows = added(given, problem())
    at = np.array([0, 257, 399])
    assert rows.genotypes(at).tolist() == [[0 + 1, 1], [258, 0], [100, 0]]
    np.testing.assert_array_equal(rows.points(at), given[at] * [-1, 1])
