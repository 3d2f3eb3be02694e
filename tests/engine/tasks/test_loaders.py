"""A task made of loaders and a function: whatever its inputs are, and what it refuses."""

import pytest
import torch

from engine.errors import DataError, EvaluationError
from engine.evaluation_settings import EvaluationSettings
from engine.metrics import Metric
from engine.tasks.base import DataNames
from engine.tasks.loaders import LoaderTask

ERROR = Metric("error", "Error", "", "min", "measured", "Mean square.", lowest=0.0)
WORST = Metric("worst", "Worst", "", "min", "measured", "Largest square.", lowest=0.0)
SETTINGS = EvaluationSettings()


def score(outputs, targets):
    squares = (torch.cat(outputs) - torch.cat(targets)) ** 2
    return {"error": squares.mean(), "worst": squares.max(), "more": 1.0}


def batches(first=0.0, form=dict):
    """Two batches whose inputs are mappings or tuples of two tensors, and their targets."""
    for start in (first, first + 4):
        a = torch.arange(start, start + 4)
        inputs = {"a": a, "b": 2 * a} if form is dict else (a, 2 * a)
        yield inputs, 3 * a + 1


def make(**overrides):
    arguments = {
        "metrics": (ERROR, WORST),
        "score": score,
        "example": lambda count: {"a": torch.zeros(count), "b": torch.zeros(count)},
        "validation": batches,
        **overrides,
    }
    return LoaderTask(**arguments)


def test_quality_is_that_of_all_batches_in_their_order():
    values = make().quality(lambda x: x["a"] + x["b"], "validation", ["error", "worst"], SETTINGS)
    assert values == {"error": 1.0, "worst": 1.0}
    assert all(type(value) is float for value in values.values())


def test_only_what_is_asked_for_is_given():
    values = make().quality(lambda x: x["a"], "validation", ["worst"], SETTINGS)
    assert values.keys() == {"worst"}


def test_inputs_may_be_a_tuple():
    task = make(validation=lambda: batches(form=tuple))
    assert task.quality(lambda x: x[0] + x[1], "validation", ["error"], SETTINGS)["error"] == 1.0


def test_outputs_may_be_of_any_form():
    def first(outputs, targets):
        return score([output["y"] for output in outputs], targets)

    task = make(score=first)
    network = lambda x: {"y": x["a"] + x["b"], "words": ["none"]}  # noqa: E731
    assert task.quality(network, "validation", ["error"], SETTINGS) == {"error": 1.0}


def test_held_out_data_is_measured_on_its_own():
    task = make(held_out=lambda: batches(100.0))
    network = lambda x: x["a"]  # noqa: E731
    validation, held_out = (
        task.quality(network, part, ["worst"], SETTINGS)["worst"]
        for part in ("validation", "held out")
    )
    assert held_out > 100 * validation
    assert task.data_names.held_out == "held-out data"


def test_without_held_out_data_none_is_promised_or_measured():
    task = make()
    assert task.data_names.held_out == ""
    with pytest.raises(EvaluationError, match="'loaders' has no held-out data for a test"):
        task.quality(lambda x: x["a"], "held out", ["error"], SETTINGS)


def test_a_score_that_lacks_a_metric_is_named_with_it():
    task = make(score=lambda outputs, targets: {"error": 1.0})
    with pytest.raises(EvaluationError, match=r"score function of .* gives no worst\."):
        task.quality(lambda x: x["a"], "validation", ["error", "worst"], SETTINGS)


def test_calibration_is_the_inputs_of_its_loader_anew_each_time():
    task = make(calibration=batches)
    for _ in range(2):
        first, second = task.calibration(SETTINGS)
        assert first["a"].tolist() == [0, 1, 2, 3]
        assert second["b"].tolist() == [8, 10, 12, 14]
    assert tuple(make().calibration(SETTINGS)) == ()


def test_other_data_has_another_digest_and_the_same_data_the_same():
    same, changed = make().fingerprint(SETTINGS), make(validation=lambda: batches(1.0))
    calibrating = make(calibration=batches)
    assert make().fingerprint(SETTINGS) == same
    values = {same, changed.fingerprint(SETTINGS), calibrating.fingerprint(SETTINGS)}
    assert len(values) == 3


def test_data_is_read_once_for_its_digest_and_not_at_all_where_one_is_given():
    reads = []

    def count_calls():
        reads.append(1)
        return batches()

    task = make(validation=count_calls)
    assert task.fingerprint(SETTINGS) == task.fingerprint(SETTINGS)
    assert len(reads) == 1
    assert make(validation=count_calls, digest=lambda: "mine").fingerprint(SETTINGS) == "mine"
    assert len(reads) == 1


def test_what_else_it_is_given_is_what_it_tells():
    words = DataNames(item="row", items="rows", held_out="")
    preprocessing = {"scale": [1, 2]}
    task = make(
        data_names=words,
        classes=["a", "b"],
        preprocessing=preprocessing,
        origin="Measured on rows.",
    )
    assert (task.data_names, task.classes, task.preprocessing()) == (
        words,
        ("a", "b"),
        preprocessing,
    )
    assert task.describe(SETTINGS) == "Measured on rows."
    assert {name: tuple(v.shape) for name, v in task.example_inputs(3).items()} == {
        "a": (3,), "b": (3,),
    }  # fmt: skip


def test_a_loader_that_gives_its_batches_once_is_told_of():
    iterator = iter(list(batches()))
    task = make(validation=lambda: iterator, digest=lambda: "mine")
    task.quality(lambda inputs: inputs["a"], "validation", ["error"], SETTINGS)
    with pytest.raises(DataError, match="gives no batches for the validation part"):
        task.quality(lambda inputs: inputs["a"], "validation", ["error"], SETTINGS)
