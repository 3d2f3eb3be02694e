"""What a supernet should be tested for: its costs, its weights and its numbers are what it says."""

import numpy as np
import pytest
import torch

from digits_supernet import data, network, train
from digits_supernet import supernet as module
from dynas_studio import (
    ConfigError,
    DataError,
    EvaluationSettings,
    SpaceError,
    check_supernet,
    count_costs,
    load_supernet,
    measure,
    metric,
    metric_sources,
)

SETTINGS = EvaluationSettings()
SUPERNET = module.DigitsSupernet()
SPACE = SUPERNET.space


def test_the_engine_finds_it_with_its_metric():
    supernet = load_supernet("digits_transformer")
    assert supernet.title == SUPERNET.title
    assert metric("log_loss").label == "Log loss"
    assert {"acc", "log_loss", "macs", "params", "lat"} <= set(metric_sources(supernet, SETTINGS))


def test_a_search_can_rely_on_it():
    assert [str(finding) for finding in check_supernet(SUPERNET)] == []


def test_macs_and_parameters_are_what_fvcore_counts():
    rng = np.random.default_rng(0)
    genotypes = np.vstack([SPACE.smallest, SPACE.largest, SPACE.sample(30, rng)])
    counted = [count_costs(SUPERNET.subnetwork(SPACE.to_config(g)), (1, 8, 8)) for g in genotypes]
    np.testing.assert_array_equal(SUPERNET.macs_params(genotypes), counted)


def test_layers_beyond_the_depth_do_not_matter():
    shallow = {"depth": [1], "heads": [2, 1, 1, 1], "hidden": [32, 16, 16, 16]}
    same = {"depth": [1], "heads": [2, 4, 4, 4], "hidden": [32, 64, 64, 64]}
    assert SPACE.key(SPACE.encode(shallow)) == SPACE.key(SPACE.encode(same))
    assert SPACE.size == 9 + 9**2 + 9**3 + 9**4


def test_a_sub_network_computes_what_the_trained_weights_say():
    images, labels = (torch.from_numpy(part) for part in data.splits()["validation"])
    config = SPACE.to_config(SPACE.largest)
    largest = network.build(config)
    largest.load_state_dict(torch.load(SUPERNET.weights, weights_only=True))
    with torch.inference_mode():
        logits = SUPERNET.subnetwork(config)(images)
        torch.testing.assert_close(logits, largest.eval()(images))
    metrics = ["acc", "log_loss", "test_acc", "lat"]
    numbers = measure(config, metrics, supernet=SUPERNET, settings=SETTINGS)
    assert numbers["acc"] == pytest.approx(100 * float((logits.argmax(1) == labels).float().mean()))
    p = logits.softmax(1)[torch.arange(len(labels)), labels]
    assert numbers["log_loss"] == pytest.approx(float(-p.log().mean()), rel=1e-5)
    assert numbers["test_acc"] > 90
    assert numbers["lat"] > 0


def test_larger_sub_networks_are_better():
    small, large = (
        measure(size, ["acc", "log_loss"], supernet=SUPERNET, settings=SETTINGS)
        for size in ("smallest", "largest")
    )
    assert large["acc"] > small["acc"] + 3
    assert large["log_loss"] < small["log_loss"]


def test_no_image_is_in_two_splits_and_all_are_used():
    sizes = {name: len(labels) for name, (_, labels) in data.splits().items()}
    assert sizes == {"training": 899, "validation": 449, "test": 449}
    images = np.concatenate([images for images, _ in data.splits().values()])
    assert len(np.unique(images.reshape(len(images), -1), axis=0)) == 1797


def test_the_fingerprint_changes_with_weights_and_images(monkeypatch, tmp_path):
    before = SUPERNET.fingerprint(SETTINGS)
    other_weights = tmp_path / "weights.pt"
    other_weights.write_bytes(b"other weights")
    with monkeypatch.context() as patch:
        patch.setattr(SUPERNET, "weights", other_weights)
        assert SUPERNET.fingerprint(SETTINGS) != before
    monkeypatch.setattr(data, "digest", lambda name: "other images")
    monkeypatch.setattr(SUPERNET, "task", module.DigitsTask())
    assert SUPERNET.fingerprint(SETTINGS) != before


def test_what_is_missing_or_wrong_is_a_sentence(monkeypatch, tmp_path):
    with pytest.raises(ConfigError, match="dataset_path"):
        SUPERNET.check_data(EvaluationSettings(dataset_path="images"))
    monkeypatch.setattr(module.DigitsSupernet, "weights", tmp_path / "none.pt")
    with pytest.raises(DataError, match=r"none\.pt cannot be read"):
        SUPERNET.check_data(SETTINGS)
    with pytest.raises(DataError, match="Restore it"):
        module.DigitsSupernet().subnetwork(SPACE.to_config(SPACE.smallest))
    with pytest.raises(SpaceError, match="heads"):
        SUPERNET.subnetwork({"depth": [1], "heads": [3, 1, 1, 1], "hidden": [16] * 4})


def test_training_is_repeatable_and_learns():
    images, labels = (torch.from_numpy(part) for part in data.splits()["training"])

    def accuracy(net):
        with torch.inference_mode():
            return float((net.eval()(images).argmax(1) == labels).float().mean())

    first, second = (train.train(steps=30, warm_up_steps=25) for _ in range(2))
    torch.testing.assert_close(first.state_dict(), second.state_dict())
    untrained = network.build(SPACE.to_config(SPACE.largest))
    assert accuracy(train.train(steps=240, warm_up_steps=235)) > 0.3 > accuracy(untrained) + 0.05
