"""`measure`: a sub-network of a supernet by name in a worker process, of an object in this one."""

import pytest

from engine.data_dir import DataFolder
from engine.errors import ConfigError, DataError, EvaluationError, SpaceError
from engine.evaluation.evaluator import ProcessEvaluator
from engine.python_api.measuring import measure
from engine.python_api.services import service_at
from engine.runs.service import RunService
from engine.supernets import registry
from tests.engine.meters.test_pipeline import Rows


def test_costs_are_computed_and_other_metrics_measured(data_folder):
    values = measure("smallest")
    supernet = registry.load(registry.DEFAULT)
    macs, params = supernet.macs_params(supernet.space.smallest)[0]
    assert list(values) == ["acc", "macs", "params"]
    assert (values["macs"], values["params"]) == (macs, params)
    assert isinstance(values["macs"], int)
    (worker,) = service_at(DataFolder.at(data_folder)).side_measurements._evaluators.values()
    assert worker.count == 1
    assert measure("largest", "macs") == {
        "macs": supernet.macs_params(supernet.space.largest)[0, 0]
    }
    assert worker.count == 1


def test_a_real_worker_measures_in_a_process_of_its_own(monkeypatch):
    admit_all = lambda config: None  # noqa: E731
    monkeypatch.setattr(RunService.__init__, "__defaults__", (ProcessEvaluator, admit_all))
    small, large = (measure(size, "peak_memory") for size in ("smallest", "largest"))
    assert 0 < small["peak_memory"] < large["peak_memory"]


def test_the_object_of_a_supernet_is_measured_here():
    assert measure({"w": [4]}, ["error"], supernet=Rows()).keys() == {"error"}
    assert measure("largest", supernet=Rows(), metrics=["macs"])["macs"] > 0


def test_costs_need_no_weights():
    values = measure("smallest", ["macs", "params"], supernet="ofa_resnet50")
    assert values["macs"] > values["params"] > 0


@pytest.mark.parametrize(
    ("arguments", "error", "sentence"),
    [
        ({"config": "medium"}, SpaceError, "config: give the choices of a sub-network"),
        ({"config": {"ks": 3}}, SpaceError, "ks"),
        ({"metrics": ["nothing"]}, ConfigError, "nothing"),
        ({"metrics": "acc_top55"}, ConfigError, "acc_top55"),
        ({"metrics": []}, ConfigError, "metrics: give one name or more"),
        ({"metrics": [5]}, ConfigError, "metrics: give names such as"),
        ({"supernet": "nothing"}, ConfigError, "There is no supernet 'nothing'"),
        ({"supernet": 5}, ConfigError, "supernet: give the name of a supernet"),
        ({"settings": {"batch_size": 5}}, ConfigError, "settings: give an EvaluationSettings"),
        ({"supernet": "ofa_resnet50", "metrics": ["acc"]}, DataError, "weights"),
    ],
)
def test_what_cannot_be_measured_is_a_sentence(arguments, error, sentence):
    with pytest.raises(error, match=sentence):
        measure(**{"config": "largest", **arguments})


def test_a_measurement_that_fails_is_an_error(measured_by):
    measured_by(fail_every=1)
    with pytest.raises(EvaluationError, match="acc is not a finite number"):
        measure("largest", ["acc"])
