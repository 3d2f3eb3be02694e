from pathlib import Path

import numpy as np
import pytest
import torch

from engine.tasks.images import gpu_images
from engine.tasks.images.gpu_images import GpuImages
from engine.tasks.images.pixel_files import Pixels


@pytest.fixture
def files(tmp_path: Path) -> list[Pixels]:
    """Three files of five images of 192 bytes each."""
    for name in "abc":
        pixels = np.random.default_rng(ord(name)).integers(0, 256, (5, 8, 8, 3), dtype=np.uint8)
        np.save(tmp_path / name, pixels)
    return [np.load(tmp_path / f"{name}.npy", mmap_mode="r") for name in "abc"]


def test_what_was_used_longest_ago_makes_room(
    files: list[Pixels], monkeypatch: pytest.MonkeyPatch
) -> None:
    images = GpuImages()
    room = 4 * 960 + 960  # a file may take a fourth of what is free: there is room for two

    def free(device: str) -> tuple[int, int]:
        return room - 960 * len(images._tensors), room

    monkeypatch.setattr(torch.cuda, "mem_get_info", free)
    monkeypatch.setattr(gpu_images, "_CHUNK", 2)
    first, second = (images.get(file, "cpu") for file in files[:2])
    assert np.array_equal(first, files[0])
    assert np.array_equal(second, files[1])
    assert images.get(files[0], "cpu") is first
    assert np.array_equal(images.get(files[2], "cpu"), files[2])
    assert images.get(files[0], "cpu") is first
    assert images.get(files[1], "cpu") is not second


def test_what_does_not_fit_is_not_kept(
    files: list[Pixels], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda device: (4 * 959, 4 * 959))
    assert GpuImages().get(files[0], "cpu") is None
    assert GpuImages().get(np.array(files[0]), "cpu") is None
