"""A small folder of images in the form of ImageNet's, and checkpoints in the published form."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

CLASSES = 1_000


def write_images(folder: Path, classes: int, per_class: int, seed: int = 0) -> None:
    """Noise with a tint, 48 x 40 pixels, in `folder/n0000/...`."""
    rng = np.random.default_rng(seed)
    for label in range(classes):
        home = folder / f"n{label:04}"
        home.mkdir(parents=True)
        for number in range(per_class):
            noise = rng.integers(0, 200, (40, 48, 3)) + label % 56
            Image.fromarray(noise.astype(np.uint8)).save(home / f"{number}.png", compress_level=1)


@pytest.fixture(scope="session")
def imagenet_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A validation image in each of 1,000 classes, no training images."""
    folder = tmp_path_factory.mktemp("imagenet")
    write_images(folder / "val", CLASSES, 1)
    return folder


@pytest.fixture(autouse=True)
def data_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder that no other test writes to."""
    folder = tmp_path_factory.mktemp("data")
    monkeypatch.setenv("DYNAS_DATA_DIR", str(folder))
    return folder


@pytest.fixture(scope="session")
def weights_w10(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Random weights of the w1.0 supernet, saved as the official ones are."""
    from engine.supernets.ofa.networks import mobilenet_v3

    torch.manual_seed(0)
    path = tmp_path_factory.mktemp("weights") / "ofa_mbv3_d234_e346_k357_w1.0"
    torch.save({"state_dict": mobilenet_v3(1.0).state_dict()}, path)
    return path
