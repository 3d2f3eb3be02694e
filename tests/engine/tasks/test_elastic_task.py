"""The data of a user's network: batches that a seed determines, outputs of any form, distances."""

import random

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy
from torch.utils.data import DataLoader, TensorDataset

from engine.errors import DataError
from engine.evaluation_settings import EvaluationSettings
from engine.tasks.elastic_task import ElasticTask, distance_of_logits
from engine.tasks.network_outputs import main_output

SETTINGS = EvaluationSettings()


def rows(count=12):
    inputs = torch.arange(count * 2.0).reshape(count, 2)
    return TensorDataset(inputs, inputs[:, 0].long() % 2)


def shuffled():
    return DataLoader(rows(), batch_size=4, shuffle=True)


def make(**overrides):
    arguments = {"training": shuffled, "validation": lambda: DataLoader(rows(6), 4), **overrides}
    return ElasticTask(loss=cross_entropy, **arguments)


def order(task, seed, epoch, first=0):
    batches = task.training_batches(seed, epoch, first)
    return torch.cat([inputs[:, 0] for inputs, _ in batches]).tolist()


def test_the_order_of_batches_follows_from_seed_and_epoch():
    task = make()
    assert order(task, 0, 0) == order(task, 0, 0)
    assert sorted(order(task, 0, 0)) == sorted(order(task, 0, 1))
    assert len({tuple(order(task, seed, epoch)) for seed in (0, 1) for epoch in (0, 1)}) == 4


def test_an_epoch_goes_on_from_any_batch():
    task = make()
    assert order(task, 3, 1, first=2) == order(task, 3, 1)[8:]


def test_random_augmentations_are_repeated_and_do_not_disturb_what_others_draw():
    def noisy():
        for inputs, target in shuffled():
            yield inputs + torch.rand(1) + np.random.rand() + random.random(), target  # noqa: NPY002

    task = make(training=noisy)
    torch.manual_seed(5)
    random.seed(5)
    expected = torch.rand(1).item(), random.random()
    torch.manual_seed(5)
    random.seed(5)
    first = order(task, 0, 0)
    assert (torch.rand(1).item(), random.random()) == expected
    assert order(task, 0, 0) == first
    assert order(task, 0, 1) != first


def test_without_metrics_the_quality_is_the_loss():
    task = make().quality_task()
    network = lambda x: torch.nn.functional.one_hot(x[:, 0].long() % 2, 2) * 50.0  # noqa: E731
    assert task.quality(network, "validation", ["loss"], SETTINGS)["loss"] == pytest.approx(0.0)
    assert [m.name for m in task.metrics] == ["loss"]
    assert len(list(task.calibration(SETTINGS))) == 3, "the first training batches"


def test_metrics_and_score_come_together():
    with pytest.raises(DataError, match=r"The task has no metrics\. Give both"):
        make(score=lambda outputs, targets: {})


def test_examples_are_repeated_validation_inputs_or_those_of_the_user():
    task = make()
    assert task.example_inputs(1).tolist() == [[0.0, 1.0]]
    assert task.example_inputs(10).shape == (10, 2)
    assert make(example=lambda count: torch.ones(count, 2)).example_inputs(3).sum() == 6


@pytest.mark.parametrize(
    ("loader", "found"), [(list, "no batch"), (lambda: [torch.zeros(2)], "of type Tensor")]
)
def test_a_loader_that_gives_no_pairs_is_told_of(loader, found):
    with pytest.raises(DataError, match=f"{found}.*Let it give"):
        make(validation=loader).example_inputs(1)


@pytest.mark.parametrize("shape", [(5, 3), (2, 3, 4, 4), (2, 7, 3)])
def test_the_distance_is_zero_for_the_same_classes_and_grows(shape):
    generator = torch.Generator().manual_seed(0)
    logits, others = (torch.randn(shape, generator=generator) for _ in range(2))
    shift = 4.0  # of all logits, which changes no probability
    assert distance_of_logits(logits + shift, logits) == pytest.approx(0.0, abs=1e-6)
    near, far = (distance_of_logits(logits + s * others, logits) for s in (0.1, 1.0))
    assert 0 < near < far


def test_a_single_output_is_compared_as_a_number():
    assert distance_of_logits(torch.ones(4, 1), torch.zeros(4, 1)) == 1.0


class Answer:
    """An object as transformers returns it."""

    logits = torch.ones(2, 3)


@pytest.mark.parametrize(
    "outputs",
    [
        torch.ones(2, 3),
        {"hidden": torch.zeros(2, 8), "logits": torch.ones(2, 3)},
        {"out": torch.ones(2, 3), "aux": torch.zeros(2, 3)},
        (torch.ones(2, 3), torch.zeros(2, 5)),
        [torch.ones(2, 3)],
        Answer(),
    ],
)
def test_the_main_output_is_found_in_any_form(outputs):
    assert torch.equal(main_output(outputs), torch.ones(2, 3))


def test_outputs_without_a_tensor_are_told_of():
    with pytest.raises(DataError, match="of type str without a tensor"):
        main_output("none")
