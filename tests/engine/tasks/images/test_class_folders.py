from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from engine.compat.openvino import openvino_version
from engine.evaluation_settings import EvaluationSettings
from engine.tasks.images import class_folders, pixel_files
from engine.tasks.images.class_folders import ClassFolders
from engine.tasks.images.validation_folders import Images
from engine.tasks.statistics import calibrated_network
from tests.engine.image_files import write_images


def test_files_of_images_are_looked_at_once_a_minute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = []

    def decoded(images: Images, resolution: int, augmented: bool) -> pixel_files.Pixels:
        looked.append((resolution, augmented))
        return np.zeros((len(images), resolution, resolution, 3), dtype=np.uint8)

    now = 1000.0
    monkeypatch.setattr(pixel_files, "open_pixels", decoded)
    monkeypatch.setattr("time.monotonic", lambda: now)
    monkeypatch.setenv("DYNAS_DATA_DIR", str(tmp_path))
    images = Images((tmp_path / "a.jpg", tmp_path / "b.jpg"), np.zeros(2, dtype=np.int64))
    for _ in range(3):
        assert class_folders.open_decoded(images, 32, False).shape == (2, 32, 32, 3)
    assert class_folders.open_decoded(images, 24, False).shape == (2, 24, 24, 3)
    assert class_folders.open_decoded(images, 32, True).shape == (2, 32, 32, 3)
    assert looked == [(32, False), (24, False), (32, True)]
    now += 61
    class_folders.open_decoded(images, 32, False)
    assert looked[3:] == [(32, False)]
    monkeypatch.setenv("DYNAS_DATA_DIR", str(tmp_path / "other"))
    class_folders.open_decoded(images, 32, False)
    assert len(looked) == 5


@pytest.mark.skipif(not openvino_version(), reason="openvino is not installed")
@pytest.mark.parametrize("resolution", [None, 24])
def test_a_network_of_openvino_gets_the_bytes_of_images(
    resolution: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And takes each image for what torch takes it for; the last batch is not full."""
    monkeypatch.setenv("DYNAS_DATA_DIR", str(tmp_path / "data"))
    write_images(tmp_path / "val", 12, 5)
    task = ClassFolders(12, 32, "key", "")
    settings = EvaluationSettings(batch_size=25, task={"dataset_path": str(tmp_path)})
    torch.manual_seed(0)
    layers = [nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.ReLU(), nn.AdaptiveAvgPool2d(1)]
    module = nn.Sequential(*layers, nn.Flatten(), nn.Linear(8, 12))
    batches = list(task.calibration(settings, resolution))
    by_torch = calibrated_network(module, batches)
    by_openvino = calibrated_network(
        module, batches, backend="openvino", pixel_scale=task.pixel_scale
    )
    expected = task.quality(by_torch, "validation", ["acc", "acc_top5"], settings, resolution)
    assert len(set(expected.values())) == 2
    batches_of_floats = task.batches("validation", settings, resolution)
    for images, _ in batches_of_floats:
        torch.testing.assert_close(by_openvino(images), by_torch(images), atol=1e-4, rtol=1e-4)
    monkeypatch.setattr(task, "batches", None)
    assert (
        task.quality(by_openvino, "validation", ["acc", "acc_top5"], settings, resolution)
        == expected
    )
