"""How many evaluations a run has at most, where its space is smaller than its budget."""

import pytest

from engine import NAS, NASConfig
from engine.evaluation.record import Evaluation
from engine.python_api.services import close_services
from engine.runs.whole_space import most_evaluations, planned_evaluations
from engine.supernets import registry
from tests.engine.offered import Tiny
from tests.engine.records import evaluation

TINY = Tiny()


def config(*constraints, num_evals=250):
    return NASConfig(dynas={"constraints": list(constraints), "num_evals": num_evals})


def known(number, genotype) -> Evaluation:
    return evaluation(number=number, genotype=genotype, config=TINY.space.to_config(genotype))


@pytest.mark.parametrize(
    ("constraints", "most"),
    [((), 9), (("macs <= 200",), 6), (("macs <= 200", "params <= 10"), 3), (("acc >= 50",), 9)],
)
def test_what_computable_constraints_leave_is_counted(constraints, most):
    assert most_evaluations(config(*constraints), TINY) == {"most_evaluations": most}


def test_what_is_known_and_keeps_to_no_constraint_comes_on_top():
    evaluations = [known(1, (0, 0)), known(2, (2, 1))]
    entry = most_evaluations(config("macs <= 200"), TINY, evaluations)
    assert entry == {"most_evaluations": 6 + 1}


def test_nothing_is_said_of_a_large_space():
    assert most_evaluations(config(), registry.load(registry.DEFAULT)) == {}


def test_a_search_plans_as_many_evaluations_as_there_are_sub_networks():
    assert planned_evaluations(config(), TINY) == 9
    assert planned_evaluations(config(num_evals=5), TINY) == 5


def loss(choices):
    return {"loss": float(choices["width"] + choices["depth"])}


def test_the_total_of_a_run_is_what_can_be_measured(tmp_path):
    grid = NASConfig(approach="grid", dynas={"num_evals": 250, "workers": 1})
    space = {"width": [8, 16], "depth": [1, 2]}
    nas = NAS(grid, tmp_path, search_space=space, evaluate=loss)
    totals = []
    nas.search(progress=False, on_evaluation=lambda e: totals.append(nas.run.budget))
    run = nas.run
    assert set(totals) == {run.budget} == {len(run.evaluations)} == {4}
    summary = run.history.summary()
    assert (summary.evaluations, summary.budget) == (4, 4)
    close_services()
