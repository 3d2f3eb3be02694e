"""Images decoded once: a file of pixels that all processes share and the system keeps in memory.

OFA's protocol: for accuracy the shorter side is resized to r / 0.875 and the centre r x r is cut
out; batch-norm statistics see what training saw, a random part of 8-100 % of the area, resized to
r x r and mirrored at random (`ofa`, `ImagenetDataProvider`). The random parts are fixed by a seed.
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
from engine.tasks.images.validation_folders import LARGEST_IMAGE, Images

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


def centre(image: Any, resolution: int) -> Pixels:
    """`(r, r, 3)`: the shorter side resized to r / 0.875, then the centre."""
    from PIL import Image

    short = math.ceil(resolution / CENTRE)
    width, height = image.size
    scale = short / min(width, height)
    size = (
        short if width <= height else int(short * width / height),
        short if height <= width else int(short * height / width),
    )
    if scale != 1:
        image = image.resize(size, Image.Resampling.BILINEAR)
    left, top = (round((side - resolution) / 2) for side in image.size)
    return np.asarray(image.crop((left, top, left + resolution, top + resolution)))


def random_part(image: Any, resolution: int, rng: np.random.Generator) -> Pixels:
    """`(r, r, 3)`: a random part of 8-100 % of the area, mirrored in half of the cases."""
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


def decoded(images: Images, resolution: int, augmented: bool) -> Pixels:
    """`(n, r, r, 3)` pixels of `images`, from the file of an earlier call if there is one.

    Raises UnusableDataError that names an image which cannot be decoded, or a disk that is too
    small.
    """
    folder = decoded_images.folder()
    path = folder / f"{decoded_images.key(images.paths, resolution, augmented)}.npy"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with decoded_images.lock(path):
            if not path.exists():
                decoded_images.remove_outdated()
                _write(path, images, resolution, augmented)
                decoded_images.note_sources(path, images, resolution, augmented)
            pixels: Pixels = np.load(path, mmap_mode="r")
    except OSError as error:
        raise UnusableDataError(
            f"The decoded images cannot be kept in {folder} ({error.strerror or error}). Make "
            "room there, choose another data folder with DYNAS_DATA_DIR or lower test_fraction."
        ) from error
    return pixels


def batches(pixels: Pixels, size: int, device: str = "cpu") -> "Iterator[Tensor]":
    """Batches `(n, 3, r, r)` of `size` images, normalised, in channels-last memory on `device`.

    They go there as bytes, a quarter of what they take afterwards. A GPU with room for all of
    `pixels` keeps them for the next call.
    """
    import torch

    from engine.tasks.images.gpu_images import IMAGES

    side = pixels.shape[1]
    # Whole rows at a time: numbers in threes take three times as long.
    mean, std = (255 * torch.tensor(v, device=device).repeat(side) for v in (MEAN, STD))
    kept = IMAGES.get(pixels, device) if device.startswith("cuda") else None
    for start in range(0, len(pixels), size):
        if kept is not None:
            part = kept[start : start + size]
        else:
            part = torch.from_numpy(np.array(pixels[start : start + size])).to(device)
        rows = part.view(-1, side, 3 * side).float().sub_(mean).div_(std)
        yield rows.view(-1, side, side, 3).permute(0, 3, 1, 2)


def _write(path: Path, images: Images, resolution: int, augmented: bool) -> None:
    """Decode all images on all cores into a file that appears when it is complete."""
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
        with regular_file.opened(path, LARGEST_IMAGE) as file, Image.open(file) as image:
            rgb = image.convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise UnusableDataError(
            f"The image {path} cannot be decoded ({error}). Replace or remove it."
        ) from error
    if index is None:
        return centre(rgb, resolution)
    return random_part(rgb, resolution, np.random.default_rng([_SEED, index]))
