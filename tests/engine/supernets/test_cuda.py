"""Measuring on a GPU of NVIDIA, beside the same on the processor; skipped where there is none."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from engine.devices import Precision
from engine.errors import EvaluationError
from engine.evaluation.measurement import measure
from engine.fast.network import FusedNetwork
from engine.meters.peak_bytes import peak_bytes
from engine.space import Config
from engine.supernets.base import EvaluationSettings
from engine.supernets.registry import DEFAULT, load
from engine.tasks import statistics
from engine.tasks.images import gpu_images, pixel_files
from tests.engine.fast.families import FAMILIES, images, norms, random_subnetwork

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU of NVIDIA here")

GPU = EvaluationSettings(device="cuda")


def configs(count: int) -> list[Config]:
    space = load(DEFAULT).space
    return [space.to_config(g) for g in space.sample(count, np.random.default_rng(0))]


@pytest.fixture(scope="module", params=FAMILIES)
def module(request: pytest.FixtureRequest) -> nn.Module:
    """A sub-network with random weights, on either device."""
    return random_subnetwork(request.param)


def test_statistics_and_logits_are_those_of_the_processor(
    module: nn.Module, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In full precision; TF32, which is the default, keeps ten bits of each factor."""
    monkeypatch.setattr(torch.backends.cudnn, "allow_tf32", False)
    statistics.recalibrate(module.cpu(), images(12).split(6))
    on_cpu = [(m.running_mean.clone(), m.running_var.clone()) for m in norms(module)]  # type: ignore[union-attr]
    expected = statistics.fast_network(module)(images(5))
    statistics.recalibrate(module.cuda(), images(12).split(6))
    for norm, (mean, var) in zip(norms(module), on_cpu, strict=True):
        torch.testing.assert_close(norm.running_mean.cpu(), mean, atol=1e-3, rtol=1e-2)  # type: ignore[union-attr]
        torch.testing.assert_close(norm.running_var.cpu(), var, atol=1e-3, rtol=1e-2)  # type: ignore[union-attr]
    network = FusedNetwork.from_module(module)
    assert network is not None
    torch.testing.assert_close(network(images(5)).cpu(), expected, atol=1e-3, rtol=1e-3)


def test_a_batch_that_is_filled_up_gives_the_logits_of_its_own_images(module: nn.Module) -> None:
    statistics.recalibrate(module.cuda(), [images(6)])
    network = statistics.fast_network(module)
    assert network(images(8)).shape == (8, 1000)
    torch.testing.assert_close(network(images(3)), network(images(8))[:3], atol=1e-2, rtol=1e-2)


@pytest.mark.parametrize(("precision", "within"), [("fp32", 0.1), ("bf16", 0.3)])
def test_accuracy_is_that_of_the_processor(precision: Precision, within: float) -> None:
    for config in configs(4):
        on_cpu = measure(DEFAULT, config, ["acc"], EvaluationSettings()).values["acc"]
        on_gpu = measure(DEFAULT, config, ["acc"], replace(GPU, precision=precision)).values["acc"]
        assert on_gpu == pytest.approx(on_cpu, abs=within)


def test_it_is_the_same_each_time() -> None:
    (config,) = configs(1)
    assert len({measure(DEFAULT, config, ["acc"], GPU).values["acc"] for _ in range(3)}) == 1


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_time_and_memory(precision: Precision) -> None:
    (config,) = configs(1)
    done = measure(
        DEFAULT, config, ["lat", "lat_spread", "peak_memory"], replace(GPU, precision=precision)
    )
    assert 0.05 < done.values["lat"] < 100
    assert 0 <= done.values["lat_spread"] < done.values["lat"]
    assert done.conditions["device"] == "cuda"
    assert torch.cuda.get_device_name() in done.conditions.values()


def test_peak_memory_is_that_of_the_processor(module: nn.Module) -> None:
    on_cpu = peak_bytes(module.cpu(), images(2))
    assert peak_bytes(module.cuda(), images(2)) == pytest.approx(on_cpu, rel=0.05)


def test_a_full_memory_is_said() -> None:
    (config,) = configs(1)
    torch.cuda.empty_cache()
    torch.cuda.set_per_process_memory_fraction(5e-4)
    try:
        with pytest.raises(EvaluationError, match="memory of the device 'cuda' is full"):
            measure(DEFAULT, config, ["lat"], replace(GPU, latency_batch=10_000))
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)
    assert measure(DEFAULT, config, ["acc"], GPU).values["acc"] > 85  # it goes on


def test_images_stay_on_the_device_as_long_as_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (5, 8, 8, 3), dtype=np.uint8)
    files = []
    for name in ("a", "b"):
        np.save(tmp_path / name, pixels)
        files.append(np.load(tmp_path / f"{name}.npy", mmap_mode="r"))
    monkeypatch.setattr(gpu_images, "IMAGES", gpu_images.GpuImages())
    expected = torch.cat(list(pixel_files.batches(files[0], 2)))
    for _ in range(2):
        gpu_batches = torch.cat(list(pixel_files.batches(files[0], 2, "cuda")))
        torch.testing.assert_close(gpu_batches.cpu(), expected)
    first = gpu_images.IMAGES.get(files[0], "cuda")
    assert first is not None
    assert first is gpu_images.IMAGES.get(files[0], "cuda")
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda device: (0, 0))
    assert gpu_images.IMAGES.get(files[1], "cuda") is None
    assert torch.equal(torch.cat(list(pixel_files.batches(files[1], 2, "cuda"))).cpu(), expected)
