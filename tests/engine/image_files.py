"""Small files of images in the forms that the engine reads."""

import gzip
import struct
from pathlib import Path

import numpy as np
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


def write_idx(path: Path, values: np.ndarray) -> None:
    """Write an array of bytes as a gzipped IDX file."""
    header = struct.pack(f">BBBB{values.ndim}I", 0, 0, 8, values.ndim, *values.shape)
    path.write_bytes(gzip.compress(header + values.tobytes(), compresslevel=1))
