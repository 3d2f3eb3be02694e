import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torchvision import transforms

from engine.errors import ConfigError, DataError, EvaluationError, SpaceError
from engine.fast.folding import fold_batch_norm
from engine.meters.pipeline import measure
from engine.meters.registry import sources
from engine.metrics import METRICS
from engine.supernets import cost_table
from engine.supernets.base import EvaluationSettings
from engine.supernets.ofa.adapter import ImageNetSupernet
from engine.supernets.ofa.catalogue import MODELS
from engine.supernets.ofa.official_file import OfficialFile, weights_dir
from engine.tasks.images import validation_folders
from tests.engine.supernets.ofa.reference import PREDICTOR, needs_reference

W10 = "ofa_mbv3_d234_e346_k357_w1.0"
PREDICTED = EvaluationSettings(accuracy_source="published predictor")
pytestmark = pytest.mark.usefixtures("brief_timing")


@pytest.fixture(scope="module")
def supernet() -> ImageNetSupernet:
    """The w1.0 supernet at 128 x 128, the cheapest to measure."""
    return ImageNetSupernet(f"{W10}_r128")


@pytest.fixture
def settings(imagenet_folder: Path, weights_w10: Path) -> EvaluationSettings:
    """40 of 800 validation images; 200 are held out for calibration."""
    return EvaluationSettings(
        dataset_path=str(imagenet_folder),
        weights_path=str(weights_w10),
        test_fraction=0.05,
        batch_size=16,
    )


@pytest.fixture
def smallest(supernet: ImageNetSupernet) -> dict[str, list[int]]:
    return supernet.space.to_config(supernet.space.smallest)


@pytest.mark.parametrize("name", MODELS)
def test_costs_lie_between_the_bounds(name: str) -> None:
    supernet = ImageNetSupernet(name)
    costs = supernet.macs_params(supernet.space.sample(50, np.random.default_rng(0)))
    for column, metric in enumerate(("macs", "params")):
        worst, best = supernet.bounds(metric)
        assert best < costs[:, column].min() < costs[:, column].max() < worst
    assert supernet.bounds("lat") == (None, 0.0)


@pytest.mark.parametrize("name", [W10, "ofa_resnet50"])
def test_resolution_as_a_gene_changes_macs_and_not_parameters(name: str) -> None:
    supernet = ImageNetSupernet(f"{name}_r128-224")
    assert supernet.task.input_shape == (3, 224, 224)
    rows = supernet.space.sample(20, np.random.default_rng(0))
    costs = supernet.macs_params(rows)
    for choice, resolution in enumerate(supernet.resolutions):
        fixed = ImageNetSupernet(f"{name}_r{resolution}")
        those = rows[:, -1] == choice
        np.testing.assert_array_equal(costs[those], fixed.macs_params(rows[those][:, :-1]))


def test_stages_shrink_with_the_input() -> None:
    stages = ImageNetSupernet(f"{W10}_r128").stages
    assert [stage.resolution for stage in stages] == [32, 16, 8, 8, 4]


def test_accuracy_is_that_of_the_recalibrated_sub_network(
    supernet: ImageNetSupernet,
    settings: EvaluationSettings,
    smallest: dict[str, list[int]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Labels are made from what the sub-network says to images that torchvision prepares."""
    split = validation_folders.split(
        settings.task["dataset_path"], settings.task["test_fraction"], 1_000
    )
    protocol = transforms.Compose(
        [
            transforms.Resize(147),  # 128 / 0.875
            transforms.CenterCrop(128),
            transforms.ToTensor(),
            transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
        ]
    )
    images = torch.stack([protocol(Image.open(path)) for path in split.validation.paths])
    with torch.inference_mode():
        logits = supernet.subnetwork(smallest, settings)(images)
    ranked = logits.argsort(dim=1, descending=True).numpy()
    labels = np.concatenate([ranked[:20, 0], ranked[20:30, 3], ranked[30:, -1]])
    changed_split = replace(split, validation=replace(split.validation, labels=labels))
    monkeypatch.setattr(validation_folders, "split", lambda *_: changed_split)
    values = measure(supernet, smallest, ["acc", "acc_top5"], settings)
    assert values == {
        "acc": pytest.approx(50, abs=2.5),
        "acc_top5": pytest.approx(75, abs=2.5),
    }
    assert measure(supernet, smallest, ["acc", "acc_top5"], settings) == values


def test_the_final_test_takes_the_images_that_are_left(
    supernet: ImageNetSupernet, settings: EvaluationSettings, smallest: dict[str, list[int]]
) -> None:
    values = measure(supernet, smallest, ["test_acc"], replace(settings, test_fraction=0.95))
    assert values.keys() == {"test_acc"}
    assert values["test_acc"] * 40 / 100 == pytest.approx(round(values["test_acc"] * 40 / 100))


def test_a_sub_network_is_a_plain_module_with_the_weights_given(
    supernet: ImageNetSupernet, settings: EvaluationSettings, smallest: dict[str, list[int]]
) -> None:
    network = supernet.subnetwork(smallest, settings)
    state = torch.load(settings.supernet["weights_path"], weights_only=True)["state_dict"]
    torch.testing.assert_close(
        network.state_dict()["classifier.linear.weight"], state["classifier.linear.weight"]
    )
    assert not network.training
    assert not any(type(module).__name__.startswith("Dynamic") for module in network.modules())
    expected = supernet.macs_params(supernet.space.smallest)[0]
    assert cost_table.count(network, (3, 128, 128)) == tuple(expected)


def test_calibration_changes_batch_norm_statistics_only(
    supernet: ImageNetSupernet, settings: EvaluationSettings, smallest: dict[str, list[int]]
) -> None:
    raw = supernet.subnetwork(smallest, replace(settings, dataset_path=None)).state_dict()
    fit = supernet.subnetwork(smallest, settings).state_dict()
    changed_names = {name for name in raw if not torch.equal(raw[name], fit[name])}
    assert changed_names
    assert all(name.split(".")[-1] in {"running_mean", "running_var", "num_batches_tracked"}
               for name in changed_names)  # fmt: skip


@pytest.mark.parametrize("name", ["ofa_proxyless_d234_e346_k357_w1.3", "ofa_resnet50"])
def test_the_other_families_are_measured_too(
    name: str, settings: EvaluationSettings, tmp_path: Path
) -> None:
    torch.manual_seed(0)
    torch.save(MODELS[name].build().state_dict(), tmp_path / "weights")
    supernet = ImageNetSupernet(f"{name}_r128")
    config = supernet.space.to_config(supernet.space.smallest)
    settings = replace(settings, weights_path=str(tmp_path / "weights"))
    values = measure(supernet, config, ["acc", "lat"], settings)
    assert 0 <= values["acc"] <= 5
    assert values["lat"] > 0
    network = supernet.subnetwork(config, replace(settings, dataset_path=None))
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.normal_(module.running_mean, std=0.1)
            torch.nn.init.uniform_(module.running_var, 0.5, 2.0)
    images = torch.rand(2, 3, 128, 128)
    with torch.inference_mode():
        expected = network(images)
        actual = fold_batch_norm(network)(images)
    torch.testing.assert_close(actual, expected, atol=1e-3, rtol=1e-3)


def test_without_unseen_images_there_is_no_test_accuracy(
    supernet: ImageNetSupernet, settings: EvaluationSettings, smallest: dict[str, list[int]]
) -> None:
    with pytest.raises(EvaluationError, match="Set test_fraction below 1"):
        measure(supernet, smallest, ["test_acc"], replace(settings, test_fraction=1.0))


def test_what_is_missing_is_said_before_a_search(supernet: ImageNetSupernet) -> None:
    weights, images = supernet.missing_requirements(EvaluationSettings())
    assert f"no file {weights_dir() / W10} with the weights of {W10}. Download https" in weights
    assert "set dataset_path" in images
    (predictor,) = supernet.missing_requirements(PREDICTED)
    assert "accuracy predictor" in predictor
    with pytest.raises(DataError, match="no file"):
        supernet.check_data(EvaluationSettings())


def test_nothing_is_missing_with_weights_and_images(
    supernet: ImageNetSupernet, settings: EvaluationSettings
) -> None:
    assert supernet.missing_requirements(settings) == []
    supernet.check_data(settings)
    assert "40 images of 1,000 classes" in supernet.describe_data(settings)


def test_official_files_are_fetched_unless_a_path_is_given(
    supernet: ImageNetSupernet, monkeypatch: pytest.MonkeyPatch, weights_w10: Path
) -> None:
    fetched = []
    monkeypatch.setattr(OfficialFile, "fetch", lambda file, report: fetched.append(file.name))
    supernet.fetch(EvaluationSettings(weights_path=str(weights_w10)))
    assert not fetched
    supernet.fetch(EvaluationSettings())
    supernet.fetch(PREDICTED)
    assert fetched == [W10, "acc_predictor.pth"]


def test_the_fingerprint_follows_weights_images_and_their_share(
    supernet: ImageNetSupernet, settings: EvaluationSettings, tmp_path: Path
) -> None:
    copied = tmp_path / "copied"
    shutil.copy(settings.supernet["weights_path"], copied)
    original = supernet.fingerprint(settings)
    assert supernet.fingerprint(replace(settings, weights_path=str(copied))) == original
    copied.write_bytes(copied.read_bytes() + b"\0")
    others = {
        original,
        supernet.fingerprint(replace(settings, weights_path=str(copied))),
        supernet.fingerprint(replace(settings, test_fraction=0.5)),
    }
    assert len(others) == 3


def test_sources_tell_measured_from_predicted(supernet: ImageNetSupernet) -> None:
    measured = sources(supernet, EvaluationSettings())
    assert measured == {name: metric.source for name, metric in METRICS.items()}
    predicted = sources(supernet, PREDICTED)
    assert predicted["acc"] == "published predictor, calibrated on published measurements"
    assert sources(supernet, replace(PREDICTED, calibrate=False))["acc"] == "published predictor"
    assert predicted["lat"] == "measured"
    assert "acc_top5" not in predicted


@needs_reference
def test_predicted_accuracy_needs_no_images_and_no_weights() -> None:
    """The first row of DyNAS-T's LINAS log was measured at 74.65 %; the predictor reads 80.1 %."""
    supernet = ImageNetSupernet(W10)
    settings = replace(PREDICTED, predictor_path=str(PREDICTOR))
    assert supernet.missing_requirements(settings) == []
    supernet.check_data(settings)
    config = {
        "ks": [7, 3, 3, 7, 5, 3, 3, 3, 7, 3, 7, 7, 7, 3, 7, 5, 3, 3, 3, 3],
        "e": [3, 6, 6, 3, 6, 3, 6, 6, 6, 6, 4, 3, 4, 6, 4, 3, 3, 6, 4, 4],
        "d": [3, 2, 2, 3, 2],
    }
    values = measure(supernet, config, ["acc"], settings)
    assert values.keys() == {"acc"}
    assert values["acc"] == pytest.approx(74.65, abs=3 * 0.28)
    raw = measure(supernet, config, ["acc"], replace(settings, calibrate=False))
    genotype = supernet.space.encode(config)
    assert raw["acc"] == supernet.predictions(genotype, settings)["acc"][0] > 79.5
    with pytest.raises(EvaluationError, match="acc_top5 is not available"):
        measure(supernet, config, ["acc_top5"], settings)
    with pytest.raises(EvaluationError, match="no test images"):
        measure(supernet, config, ["test_acc"], settings)


@needs_reference
def test_a_resolution_that_is_a_gene_counts_for_the_predictor() -> None:
    supernet = ImageNetSupernet(f"{W10}_r128-224")
    settings = replace(PREDICTED, predictor_path=str(PREDICTOR))
    rows = np.stack([supernet.space.largest] * 2)
    rows[0, -1] = 0
    small, large = supernet.predictions(rows, settings)["acc"]
    assert small < large


def test_latency_can_be_timed_without_weights(
    supernet: ImageNetSupernet, smallest: dict[str, list[int]]
) -> None:
    assert measure(supernet, smallest, ["lat"], PREDICTED)["lat"] > 0


def test_there_is_no_predictor_for_proxyless() -> None:
    supernet = ImageNetSupernet("ofa_proxyless_d234_e346_k357_w1.3")
    assert supernet.missing_requirements(PREDICTED) == [
        "There is no published accuracy predictor for ofa_proxyless_d234_e346_k357_w1.3. "
        "Choose measured accuracy."
    ]


def test_a_config_outside_the_space_is_refused(
    supernet: ImageNetSupernet, settings: EvaluationSettings
) -> None:
    with pytest.raises(SpaceError, match=r"ks\[0\] = 9"):
        measure(supernet, {"ks": [9] * 20, "e": [3] * 20, "d": [2] * 5}, ["acc"], settings)


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(ConfigError, match=f"no ImageNet supernet 'vgg'.*{W10}"):
        ImageNetSupernet("vgg")
