from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.errors import DataError
from engine.supernets.builtin import fashion_mnist
from engine.supernets.builtin.network import FashionMobileNetV3
from engine.tasks.images.image_set import Split, normalise
from engine.training import training as module
from engine.training.recipe import Phase
from engine.training.training import Training, export_weights, random_subnet, sandwich_step
from tests.engine.training.test_recipe import SMALL

CPU = torch.device("cpu")
SMALLEST = {"ks": [3] * 12, "e": [3] * 12, "d": [2] * 3}


@pytest.fixture(scope="module")
def images() -> Split:
    """64 real images: four steps an epoch."""
    return fashion_mnist.load_shipped("validation").take(np.arange(0, 5_000, 79))


def states_equal(a: Training, b: Training) -> bool:
    first_state, second_state = a.net.state_dict(), b.net.state_dict()
    return first_state.keys() == second_state.keys() and all(
        torch.equal(first_state[k], second_state[k]) for k in first_state
    )


def test_an_epoch_sees_every_image_once(images: Split) -> None:
    training = Training(SMALL, images, CPU)
    labels = []
    for step in range(SMALL.steps_per_epoch(len(images))):
        training.step = step
        labels += training._batch()[1].tolist()
    assert sorted(labels) == sorted(images.labels.tolist())


def test_training_the_largest_learns(images: Split) -> None:
    training = Training(replace(SMALL, phases=(Phase("largest", 10, 3e-3),)), images, CPU)
    losses = [training.advance() for _ in range(training.total)]
    assert np.mean(losses[-8:]) < 0.7 * np.mean(losses[:4])


def test_a_sandwich_step_adds_what_the_others_learn_from_the_largest(images: Split) -> None:
    """Their teacher's output is a constant: the largest itself learns from the labels alone."""
    torch.manual_seed(0)
    net = FashionMobileNetV3().eval()  # batch statistics would couple the passes
    x = normalise(images.images[:16], CPU, fashion_mnist.KIND)
    y = torch.from_numpy(images.labels[:16].astype(np.int64))
    weight = net.classifier.linear.weight
    loss = sandwich_step(net, x, y, [SMALLEST])
    together = weight.grad.clone()

    net.zero_grad()
    net.set_max_net()
    logits = net(x)
    cross_entropy = torch.nn.functional.cross_entropy(logits, y)
    cross_entropy.backward()
    net.set_active_subnet(**SMALLEST)
    torch.nn.functional.cross_entropy(net(x), logits.detach().softmax(1)).backward()

    assert loss == cross_entropy.item()
    torch.testing.assert_close(together, weight.grad)


@pytest.mark.parametrize(
    ("step", "randoms", "smallest"),
    [
        pytest.param(0, 0, False, id="the largest alone"),
        pytest.param(4, 1, True, id="sandwich"),
        pytest.param(8, 2, True, id="settling, with the smallest"),
        pytest.param(9, 2, False, id="settling, without"),
    ],
)
def test_a_step_trains_what_its_phase_says(
    images: Split, monkeypatch: pytest.MonkeyPatch, step: int, randoms: int, smallest: bool
) -> None:
    trained = []
    original = sandwich_step
    monkeypatch.setattr(
        module, "sandwich_step", lambda *args: trained.extend(args[3]) or original(*args)
    )
    training = Training(SMALL, images, CPU)
    training.step = step
    training.advance()
    assert len(trained) == randoms + smallest
    assert (SMALLEST in trained) == smallest


def test_random_sub_networks_cover_every_choice() -> None:
    rng = np.random.default_rng(0)
    configs = [random_subnet(rng, blocks=12, stages=3) for _ in range(100)]
    for group, length, choices in (
        ("ks", 12, {3, 5, 7}),
        ("e", 12, {3, 4, 6}),
        ("d", 3, {2, 3, 4}),
    ):
        values = np.array([config[group] for config in configs])
        assert values.shape == (100, length)
        assert all(set(column) == choices for column in values.T.tolist())


@pytest.fixture(scope="module")
def uninterrupted(images: Split) -> Training:
    """Eight steps: two, two and four a phase."""
    training = Training(SMALL, images.take(np.arange(32)), CPU)
    for _ in range(training.total):
        training.advance()
    return training


@pytest.mark.parametrize("stop", [1, 2, 5])
def test_a_resumed_training_ends_with_the_same_weights(
    uninterrupted: Training, tmp_path: Path, stop: int
) -> None:
    stopped = Training(SMALL, uninterrupted.data, CPU)
    for _ in range(stop):
        stopped.advance()
    stopped.save(tmp_path / "checkpoint.pt")
    resumed = Training(SMALL, uninterrupted.data, CPU)
    resumed.resume(tmp_path / "checkpoint.pt")
    assert resumed.step == stop
    while resumed.step < resumed.total:
        resumed.advance()
    assert states_equal(resumed, uninterrupted)


def test_another_seed_gives_other_weights(images: Split) -> None:
    first, second = (Training(replace(SMALL, seed=seed), images, CPU) for seed in (0, 1))
    assert not states_equal(first, second)


def test_a_checkpoint_of_another_recipe_is_refused(images: Split, tmp_path: Path) -> None:
    Training(SMALL, images, CPU).save(tmp_path / "checkpoint.pt")
    other = Training(replace(SMALL, seed=1), images, CPU)
    with pytest.raises(DataError, match="Use the same options, or another --out folder"):
        other.resume(tmp_path / "checkpoint.pt")


def test_a_finished_training_can_be_prolonged_by_another_phase(
    uninterrupted: Training, tmp_path: Path
) -> None:
    shorter = Training(replace(SMALL, phases=SMALL.phases[:-1]), uninterrupted.data, CPU)
    while shorter.step < shorter.total:
        shorter.advance()
    shorter.save(tmp_path / "checkpoint.pt")
    longer = Training(SMALL, uninterrupted.data, CPU)
    longer.resume(tmp_path / "checkpoint.pt")
    while longer.step < longer.total:
        longer.advance()
    assert states_equal(longer, uninterrupted)


def test_a_phase_that_was_begun_cannot_be_changed(images: Split, tmp_path: Path) -> None:
    training = Training(SMALL, images, CPU)
    training.advance()
    training.save(tmp_path / "checkpoint.pt")
    first = replace(SMALL.phases[0], rate=1e-3)
    with pytest.raises(DataError, match="another recipe"):
        Training(replace(SMALL, phases=(first, *SMALL.phases[1:])), images, CPU).resume(
            tmp_path / "checkpoint.pt"
        )


def test_random_subnetworks_follow_the_frequencies_of_the_choices() -> None:
    rng = np.random.default_rng(0)
    configs = [random_subnet(rng, 12, 3, (0.1, 0.2, 0.7)) for _ in range(300)]
    kernels = np.bincount([k for config in configs for k in config["ks"]], minlength=8)
    np.testing.assert_allclose(kernels[[3, 5, 7]] / kernels.sum(), [0.1, 0.2, 0.7], atol=0.02)


def test_saving_leaves_no_half_written_file(images: Split, tmp_path: Path) -> None:
    Training(SMALL, images, CPU).save(tmp_path / "checkpoint.pt")
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint.pt"]


def test_exported_weights_load_into_a_new_network(images: Split, tmp_path: Path) -> None:
    training = Training(SMALL, images, CPU)
    export_weights(training.net, tmp_path / "weights.pt")
    state = torch.load(tmp_path / "weights.pt", weights_only=True)
    assert all(v.dtype == torch.float16 for v in state.values() if v.is_floating_point())
    net = FashionMobileNetV3()
    net.load_state_dict({name: value.float() for name, value in state.items()})
    weight = training.net.classifier.linear.weight
    torch.testing.assert_close(net.classifier.linear.weight, weight, atol=1e-3, rtol=1e-3)
