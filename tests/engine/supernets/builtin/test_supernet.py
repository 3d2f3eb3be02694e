import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from engine.errors import DataError, EvaluationError, SpaceError
from engine.meters.pipeline import measure
from engine.meters.registry import sources
from engine.metrics import METRICS
from engine.supernets import cost_table, registry
from engine.supernets.base import EvaluationSettings
from engine.supernets.builtin import fashion_mnist
from engine.supernets.builtin.supernet import WEIGHTS, FashionSupernet
from engine.tasks.images import accuracy

SETTINGS = EvaluationSettings()
pytestmark = pytest.mark.usefixtures("brief_timing")


@pytest.fixture(scope="module")
def supernet() -> FashionSupernet:
    """The built-in supernet with the weights that ship."""
    return registry.load(registry.DEFAULT)  # type: ignore[return-value]


def random_configs(supernet: FashionSupernet, n: int) -> list[dict[str, list[int]]]:
    return [supernet.space.to_config(g) for g in supernet.space.sample(n, np.random.default_rng(5))]


@pytest.fixture(scope="module")
def config(supernet: FashionSupernet) -> dict[str, list[int]]:
    """A random sub-network."""
    return random_configs(supernet, 1)[0]


@pytest.fixture(scope="module")
def measured(supernet: FashionSupernet, config: dict[str, list[int]]) -> dict[str, float]:
    """What was measured of it before anything else."""
    return measure(supernet, config, ["acc"], SETTINGS)


@pytest.fixture(scope="module")
def smallest(supernet: FashionSupernet) -> dict[str, list[int]]:
    """The sub-network that is measured soonest."""
    return supernet.space.to_config(supernet.space.smallest)


def test_the_space_holds_7371_cubed_sub_networks(supernet: FashionSupernet) -> None:
    assert supernet.space.size == 7371**3


def test_stages_describe_the_network(supernet: FashionSupernet) -> None:
    network = supernet.subnetwork({"ks": [3] * 12, "e": [3] * 12, "d": [4] * 3})
    outputs: list[tuple[int, int]] = []
    for block in network.blocks[1:]:  # type: ignore[index,union-attr]
        block.register_forward_hook(lambda _m, _x, y: outputs.append((y.shape[1], y.shape[2])))
    network(torch.zeros(1, *supernet.task.input_shape))
    expected = [(s.channels, s.resolution) for s in supernet.stages for _ in range(s.blocks)]
    assert outputs == expected


def test_a_sub_network_has_the_macs_and_parameters_that_are_shown(
    supernet: FashionSupernet,
) -> None:
    for config in random_configs(supernet, 5):
        network = supernet.subnetwork(config)
        costs = supernet.macs_params(supernet.space.encode(config))[0]
        assert cost_table.count(network, supernet.task.input_shape) == tuple(costs)


def test_a_sub_network_is_a_plain_module_of_its_own(
    supernet: FashionSupernet, smallest: dict[str, list[int]]
) -> None:
    network = supernet.subnetwork(smallest)
    assert not network.training
    assert not any(type(module).__name__.startswith("Dynamic") for module in network.modules())
    x = torch.randn(2, *supernet.task.input_shape)
    expected = network(x)
    with torch.no_grad():
        for parameter in supernet.subnetwork(smallest).parameters():
            parameter.zero_()
    assert torch.equal(supernet.subnetwork(smallest)(x), expected)


def test_the_measured_accuracy_is_that_of_the_sub_network(
    supernet: FashionSupernet, config: dict[str, list[int]], measured: dict[str, float]
) -> None:
    data = fashion_mnist.load_shipped("validation")
    x = torch.from_numpy(data.images).float().div(255).unsqueeze(1)
    x = (x - fashion_mnist.PIXEL_MEAN) / fashion_mnist.PIXEL_STD
    labels = torch.from_numpy(data.labels.astype(np.int64))
    network: nn.Module = supernet.subnetwork(config)
    unfused_accuracy = accuracy.top1(network, x, labels, 500)
    assert measured["acc"] == pytest.approx(unfused_accuracy, abs=0.05)


def test_measuring_again_gives_the_same_number(
    supernet: FashionSupernet,
    config: dict[str, list[int]],
    measured: dict[str, float],
    smallest: dict[str, list[int]],
) -> None:
    measure(supernet, smallest, ["acc"], SETTINGS)
    assert measure(supernet, config, ["acc"], SETTINGS) == {"acc": measured["acc"]}


def test_the_batch_size_does_not_change_the_accuracy(
    supernet: FashionSupernet, smallest: dict[str, list[int]]
) -> None:
    values = [
        measure(supernet, smallest, ["acc"], replace(SETTINGS, batch_size=b)) for b in (100, 777)
    ]
    assert values[0]["acc"] == pytest.approx(values[1]["acc"], abs=0.05)


def test_genes_without_effect_do_not_change_the_accuracy(supernet: FashionSupernet) -> None:
    config = {"ks": [3, 3, 7, 7] * 3, "e": [3, 3, 6, 6] * 3, "d": [2, 2, 2]}
    canonical = supernet.space.to_config(supernet.space.encode(config))
    assert canonical != config
    assert measure(supernet, config, ["acc"], SETTINGS) == measure(
        supernet, canonical, ["acc"], SETTINGS
    )


def test_top_5_of_ten_classes_is_not_offered(
    supernet: FashionSupernet, smallest: dict[str, list[int]]
) -> None:
    assert [metric.name for metric in supernet.task.metrics] == ["acc"]
    with pytest.raises(EvaluationError, match=f"acc_top5 is not available for {supernet.name}"):
        measure(supernet, smallest, ["acc_top5"], SETTINGS)


def test_all_metrics_but_top_5_are_offered_and_nothing_is_missing(
    supernet: FashionSupernet,
) -> None:
    assert supernet.missing_requirements(SETTINGS) == []
    expected_sources = {name: m.source for name, m in METRICS.items() if "top5" not in name}
    assert sources(supernet, SETTINGS) == expected_sources
    assert supernet.describe_data(SETTINGS) == supernet.origin
    costs = supernet.macs_params(supernet.space.largest)[0]
    exact = supernet.exact_metrics(supernet.space.largest)
    assert {name: value.tolist() for name, value in exact.items()} == {
        "macs": [costs[0]], "params": [costs[1]], "size": [1.162472]
    }  # fmt: skip


def test_what_is_missing_is_said_in_a_sentence(tmp_path: Path) -> None:
    (sentence,) = FashionSupernet().missing_requirements(
        EvaluationSettings(dataset_path=str(tmp_path))
    )
    assert "is missing" in sentence


def test_only_what_is_asked_for_is_measured(
    supernet: FashionSupernet, smallest: dict[str, list[int]]
) -> None:
    assert measure(supernet, smallest, ["lat"], SETTINGS).keys() == {"lat"}
    assert measure(supernet, smallest, [], SETTINGS) == {}


def test_the_largest_and_the_smallest_are_as_good_as_promised(supernet: FashionSupernet) -> None:
    """At least 92 % on test images, and a choice between accuracy and cost worth searching."""
    largest, smallest = (
        measure(supernet, supernet.space.to_config(genotype), ["test_acc"], SETTINGS)["test_acc"]
        for genotype in (supernet.space.largest, supernet.space.smallest)
    )
    assert largest >= 92.0
    assert smallest <= largest - 1.5


def test_a_config_outside_the_space_is_refused(supernet: FashionSupernet) -> None:
    with pytest.raises(SpaceError, match=r"ks\[0\] = 9"):
        supernet.subnetwork({"ks": [9] * 12, "e": [3] * 12, "d": [2] * 3})


@pytest.mark.parametrize("content", [None, b"", b"no weights"])
def test_weights_that_cannot_be_read_say_what_to_do(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "weights.pt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataError, match=r"(?s)cannot be loaded.*Restore the file"):
        FashionSupernet(path).subnetwork({"ks": [3] * 12, "e": [3] * 12, "d": [2] * 3})


def test_weights_that_would_run_code_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "weights.pt"
    torch.save({"ran": print}, path)
    with pytest.raises(DataError, match="cannot be loaded"):
        FashionSupernet(path).subnetwork({"ks": [3] * 12, "e": [3] * 12, "d": [2] * 3})


def test_the_fingerprint_follows_the_weights_and_the_data(
    supernet: FashionSupernet, made_folder: Path, tmp_path: Path
) -> None:
    copied = tmp_path / "copied.pt"
    shutil.copy(WEIGHTS, copied)
    original = supernet.fingerprint(SETTINGS)
    assert FashionSupernet(copied).fingerprint(SETTINGS) == original
    copied.write_bytes(copied.read_bytes() + b"\0")
    others = {
        original,
        FashionSupernet(copied).fingerprint(SETTINGS),
        supernet.fingerprint(replace(SETTINGS, dataset_path=str(made_folder))),
    }
    assert len(others) == 3


def test_a_fingerprint_without_weights_says_which_file_is_missing(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"weights\.pt cannot be read"):
        FashionSupernet(tmp_path / "weights.pt").fingerprint(SETTINGS)


def test_accuracy_can_be_measured_on_original_files(made_folder: Path) -> None:
    """The images are noise, so a trained network does little better than guessing."""
    settings = EvaluationSettings(dataset_path=str(made_folder))
    supernet = FashionSupernet()
    supernet.check_data(settings)
    config = supernet.space.to_config(supernet.space.smallest)
    assert 5 < measure(supernet, config, ["acc"], settings)["acc"] < 20


def test_a_data_folder_without_data_is_refused_before_the_search(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is missing"):
        FashionSupernet().check_data(EvaluationSettings(dataset_path=str(tmp_path)))


def test_hypervolume_counts_from_the_cost_of_the_largest(supernet: FashionSupernet) -> None:
    macs, params = supernet.macs_params(supernet.space.largest)[0]
    assert (supernet.bounds("macs")[0], supernet.bounds("params")[0]) == (macs, params)
    assert supernet.bounds("lat") == (None, 0.0)


def test_clearing_the_cache_frees_the_activations():
    supernet = FashionSupernet()
    filled = supernet.prefix_cache
    assert supernet.prefix_cache is filled
    supernet.clear_cache()
    assert supernet.prefix_cache is not filled
