"""Made Fashion-MNIST files: the same format as the originals, small enough to make in a test."""

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.supernets import timing

# On a machine that is busy, threads that wait for one another cost far more than they gain.
torch.set_num_threads(1)

PER_CLASS = 720  # 500 for validation, 220 left over of which 200 calibrate


@pytest.fixture(autouse=True)
def own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Locks and decoded images are kept apart from those of the user who runs the tests."""
    monkeypatch.setenv("DYNAS_DATA_DIR", str(tmp_path / "data-folder"))


@pytest.fixture
def brief_timing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A latency is timed for a second at most, however busy the machine is with other tests."""
    monkeypatch.setattr(timing, "_PATIENCE", 1.0)


def write_idx(path: Path, values: np.ndarray) -> None:
    """Write an array of bytes as a gzipped IDX file."""
    header = struct.pack(f">BBBB{values.ndim}I", 0, 0, 8, values.ndim, *values.shape)
    path.write_bytes(gzip.compress(header + values.tobytes(), compresslevel=1))


@pytest.fixture(scope="session")
def made_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the two training files; the first pixel of each image tells it from others."""
    folder = tmp_path_factory.mktemp("fashion-mnist")
    rng = np.random.default_rng(0)
    labels = rng.permutation(np.repeat(np.arange(10, dtype=np.uint8), PER_CLASS))
    images = rng.integers(0, 256, (len(labels), 28, 28), dtype=np.uint8)
    images[:, 0, :2] = np.arange(len(labels), dtype=">u2").view(np.uint8).reshape(-1, 2)
    write_idx(folder / "train-images-idx3-ubyte.gz", images)
    write_idx(folder / "train-labels-idx1-ubyte.gz", labels)
    return folder
