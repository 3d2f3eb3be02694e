"""Torchvision's network of a supernet's family as a baseline."""

import pytest
import torch
from torchvision import models

from dynas_studio import TorchVisionReference
from engine.errors import ConfigError, DataError
from engine.predecessors import torchvision_reference

RESNET, W12 = "ofa_resnet50", "ofa_mbv3_d234_e346_k357_w1.2"


def test_the_macs_are_those_of_one_image_that_neural_compressor_published():
    assert TorchVisionReference(W12, dataset_path=None, batch_size=64).validate_macs() == 217234208
    assert TorchVisionReference("ofa_mbv3", dataset_path=None).validate_macs() == 217234208
    assert TorchVisionReference(RESNET).model_name == "resnet50"


def test_latency_is_the_median_and_the_spread_of_timed_passes(brief_timing):
    median, spread = TorchVisionReference(W12, None, 1, input_size=32).measure_latency()
    assert median > 0
    assert spread >= 0


def test_what_has_no_effect_or_is_impossible_is_said(brief_timing):
    with pytest.warns(UserWarning, match="num_workers is ignored"):
        reference = TorchVisionReference(W12, None, 1, 32, num_workers=20)
    with pytest.warns(UserWarning, match="measure_steps is ignored"):
        reference.measure_latency(measure_steps=1)
    with pytest.raises(DataError, match="cuda"):
        reference.measure_latency(device="cuda:7")
    with pytest.raises(ConfigError, match="batch_size must be a whole number of at least 1"):
        TorchVisionReference(W12, None, 0)


@pytest.mark.parametrize("name", ["ofa_mbv3", "ofa_resnet50", W12])
def test_images_are_those_of_the_task_whatever_name_was_given(name, imagenet_folder, monkeypatch):
    monkeypatch.setattr(torchvision_reference, "_quality", lambda network, batches: list(batches))
    monkeypatch.setattr(TorchVisionReference, "_network", lambda self, weights: None)
    batches = TorchVisionReference(name, str(imagenet_folder), 100, input_size=32).validate_top1()
    assert batches[0][0].shape[1:] == (3, 32, 32)


@pytest.mark.parametrize("name", ["ofa_mbv3_fashion_d234_e346_k357", "vit_base_imagenet", 5])
def test_a_supernet_without_counterpart_is_refused(name):
    with pytest.raises(ConfigError, match="Torchvision has no counterpart of"):
        TorchVisionReference(name)


def test_quality_is_measured_on_the_images_of_the_task(imagenet_folder, tmp_path, monkeypatch):
    checkpoints = tmp_path / "checkpoints"
    checkpoints.mkdir()
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    torch.manual_seed(0)
    weights = models.MobileNet_V3_Large_Weights.IMAGENET1K_V1
    state = models.mobilenet_v3_large().state_dict()
    monkeypatch.setattr(type(weights), "get_state_dict", lambda self, *args, **kwargs: state)
    reference = TorchVisionReference(W12, str(imagenet_folder), 100, input_size=32)
    loss, top1, top5 = reference.validate_top1()
    assert loss == pytest.approx(6.9, abs=0.5)  # of random weights: the logarithm of 1,000
    assert 0 <= top1 <= top5 < 5


def test_without_images_or_weights_it_is_said_what_to_do(imagenet_folder, tmp_path, monkeypatch):
    with pytest.raises(DataError, match="give dataset_path, a folder with ImageNet's val in it"):
        TorchVisionReference(W12).validate_top1()

    def unreachable(*args, **kwargs):
        raise OSError("no network")

    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    monkeypatch.setattr("torchvision.models._api.load_state_dict_from_url", unreachable)
    with pytest.raises(DataError, match=r"no network.*Put the file mobilenet_v3_large-8738ca79"):
        TorchVisionReference(W12, str(imagenet_folder), 1, 32).validate_top1()
