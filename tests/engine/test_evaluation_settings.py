"""Settings of a measurement are values: compared, hashed, replaced, sent to other processes."""

import pickle
from dataclasses import replace

import pytest

from engine.evaluation_settings import EvaluationSettings
from engine.former_options import FORMER_OPTIONS

NESTED = {"latency": {"batch": 8, "threads": 2}}
SETTINGS = EvaluationSettings(device="cuda", task={"dataset_path": "/x"}, meters=NESTED)


def test_equal_settings_are_equal_and_have_one_hash():
    again = EvaluationSettings(
        device="cuda", meters={"latency": {"threads": 2, "batch": 8}}, task={"dataset_path": "/x"}
    )
    assert again == SETTINGS
    assert hash(again) == hash(SETTINGS)
    assert len({SETTINGS, again, EvaluationSettings()}) == 2


@pytest.mark.parametrize(
    "changed",
    [
        {"batch_size": 7}, {"device": "cpu"}, {"precision": "bf16"}, {"supernet": {"a": 1}},
        {"task": {}}, {"meters": {}}, {"meters": {"latency": {"batch": 8}}},
        {"paths_of_run": {"/here": "/there"}},
    ],
)  # fmt: skip
def test_a_change_of_any_of_them_makes_others(changed):
    other = replace(SETTINGS, **changed)
    assert other != SETTINGS
    assert all(getattr(other, name) == value for name, value in changed.items())
    assert replace(other, **{name: getattr(SETTINGS, name) for name in changed}) == SETTINGS


def test_they_survive_the_way_to_another_process():
    again = pickle.loads(pickle.dumps(SETTINGS))  # noqa: S301 - made here
    assert again == SETTINGS
    assert hash(again) == hash(SETTINGS)
    assert again.meter("latency") == NESTED["latency"]


def test_options_of_a_meter_that_has_none_set_are_none():
    assert SETTINGS.meter("memory") == {}


def test_former_names_make_and_replace_what_they_stand_for():
    assert EvaluationSettings(device="cuda", dataset_path="/x", latency_batch=8, threads=2) == (
        SETTINGS
    )
    assert replace(SETTINGS, threads=None).meters == {"latency": {"batch": 8}}
    defaults = {name: place.default for name, place in FORMER_OPTIONS.items()}
    assert EvaluationSettings(**defaults) == EvaluationSettings()


def test_a_name_that_nobody_knows_is_a_fault_of_the_caller():
    with pytest.raises(TypeError, match="EvaluationSettings has no latency_bach"):
        EvaluationSettings(latency_bach=3)


def test_they_cannot_be_changed():
    with pytest.raises(AttributeError):
        SETTINGS.device = "cpu"


def test_paths_of_another_machine_are_still_called_what_the_run_calls_them():
    here = SETTINGS.with_paths({"/x": "/received/x"})
    assert here.task == {"dataset_path": "/received/x"}
    assert here.as_in_run(here.task) == SETTINGS.task
    assert here.meters == SETTINGS.meters
