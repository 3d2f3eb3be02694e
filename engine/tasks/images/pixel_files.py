"""Files of decoded images, memory-mapped and shared by all processes.

OFA's protocol: for accuracy the shorter side is resized to r / 0.875 and the centre r x r cropped;
for batch-norm statistics images are augmented as in training, with a random crop of 8-100 % of the
area, resized to r x r and randomly flipped (`ofa`, `ImagenetDataProvider`). A seed fixes the crops.
"""

import math
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from engine import regular_file
from engine.errors import UnusableDataError
from engine.tasks.images import decoded_images
from engine.tasks.images.validation_folders import MAX_IMAGE_BYTES, Images

if TYPE_CHECKING:
    from torch import Tensor

Pixels = npt.NDArray[np.uint8]

MEAN = (0.485, 0.456, 0.406)  # of ImageNet's training images scaled to [0, 1]
STD = (0.229, 0.224, 0.225)
CENTRE = 0.875
_SMALLEST_AREA = 0.08
_LARGEST_RATIO = 4 / 3
_SEED = 937162211
_ATTEMPTS = 10


def centre_crop(image: Any, resolution: int, share: float = CENTRE) -> Pixels:
    """`(r, r, 3)`, or `(r, r)` if grey: the centre after resizing the shorter side to r / share."""
    from PIL import Image

    shorter_side = math.ceil(resolution / share)
    width, height = image.size
    scale = shorter_side / min(width, height)
    size = (
        shorter_side if width <= height else int(shorter_side * width / height),
        shorter_side if height <= width else int(shorter_side * height / width),
    )
    if scale != 1:
        image = image.resize(size, Image.Resampling.BILINEAR)
    left, top = (round((side - resolution) / 2) for side in image.size)
    return np.asarray(image.crop((left, top, left + resolution, top + resolution)))


def random_crop(image: Any, resolution: int, rng: np.random.Generator) -> Pixels:
    """`(r, r, 3)`: a random crop of 8-100 % of the area, flipped with probability 0.5."""
    from PIL import Image

    width, height = image.size
    box = (0, 0, width, height)
    for _ in range(_ATTEMPTS):
        area = width * height * rng.uniform(_SMALLEST_AREA, 1.0)
        ratio = math.exp(rng.uniform(-math.log(_LARGEST_RATIO), math.log(_LARGEST_RATIO)))
        w, h = round(math.sqrt(area * ratio)), round(math.sqrt(area / ratio))
        if 0 < w <= width and 0 < h <= height:
            left, top = int(rng.integers(width - w + 1)), int(rng.integers(height - h + 1))
            box = (left, top, left + w, top + h)
            break
    part = image.crop(box).resize((resolution, resolution), Image.Resampling.BILINEAR)
    pixels = np.asarray(part)
    return pixels[:, ::-1] if rng.random() < 0.5 else pixels


def open_pixels(images: Images, resolution: int, augmented: bool) -> Pixels:
    """`(n, r, r, 3)` pixels of `images`, from the file of an earlier call if there is one.

    Raises UnusableDataError for an image that cannot be decoded, or a full disk.
    """
    folder = decoded_images.folder()
    path = folder / f"{decoded_images.key(images.paths, resolution, augmented)}.npy"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with decoded_images.lock(path):
            if not path.exists():
                decoded_images.remove_outdated()
                _write(path, images, resolution, augmented)
                decoded_images.write_sources(path, images, resolution, augmented)
            pixels: Pixels = np.load(path, mmap_mode="r")
    except OSError as error:
        raise UnusableDataError(
            f"The decoded images cannot be stored in {folder} ({error.strerror or error}). Free "
            "space there, choose another data folder with DYNAS_DATA_DIR or lower test_fraction."
        ) from error
    return pixels


def batches(pixels: Pixels, size: int, device: str = "cpu") -> "Iterator[Tensor]":
    """Batches `(n, 3, r, r)` of `size` images, normalised, in channels-last memory on `device`.

    They are transferred as uint8, a quarter of their final size. A GPU with enough memory for all
    of `pixels` caches them for the next call.
    """
    import torch

    from engine.tasks.images.gpu_images import IMAGES

    side = pixels.shape[1]
    # Normalises whole rows: a last dimension of three channels takes three times as long.
    mean, std = (255 * torch.tensor(v, device=device).repeat(side) for v in (MEAN, STD))
    gpu_pixels = IMAGES.get(pixels, device) if device.startswith("cuda") else None
    for start in range(0, len(pixels), size):
        if gpu_pixels is not None:
            part = gpu_pixels[start : start + size]
        else:
            part = torch.from_numpy(np.array(pixels[start : start + size])).to(device)
        rows = part.view(-1, side, 3 * side).float().sub_(mean).div_(std)
        yield rows.view(-1, side, side, 3).permute(0, 3, 1, 2)


def byte_batches(pixels: Pixels, size: int) -> "Iterator[Tensor]":
    """Batches `(n, r, r, 3)` of the bytes of `size` images, in the memory of the processor."""
    import torch

    for start in range(0, len(pixels), size):
        yield torch.from_numpy(np.array(pixels[start : start + size]))


def _write(path: Path, images: Images, resolution: int, augmented: bool) -> None:
    """Decode all images on all cores, and write the file atomically."""
    shape = (len(images), resolution, resolution, 3)
    needed, free = math.prod(shape), shutil.disk_usage(path.parent).free
    if needed > free:
        raise OSError(f"{needed / 1e9:.1f} GB are needed, {free / 1e9:.1f} GB are free")
    part = path.with_suffix(".part")
    pixels = np.lib.format.open_memmap(part, mode="w+", dtype=np.uint8, shape=shape)

    def decode(index: int) -> None:
        pixels[index] = _decode(images.paths[index], resolution, index if augmented else None)

    pool = ThreadPoolExecutor(os.cpu_count())
    try:
        for _ in pool.map(decode, range(len(images))):
            pass
        pixels.flush()
        part.replace(path)
    finally:
        pool.shutdown(cancel_futures=True)
        part.unlink(missing_ok=True)


def _decode(path: Path, resolution: int, index: int | None) -> Pixels:
    from PIL import Image

    try:
        with regular_file.open_file(path, MAX_IMAGE_BYTES) as file, Image.open(file) as image:
            rgb = image.convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise UnusableDataError(
            f"The image {path} cannot be decoded ({error}). Replace or remove it."
        ) from error
    if index is None:
        return centre_crop(rgb, resolution)
    return random_crop(rgb, resolution, np.random.default_rng([_SEED, index]))
