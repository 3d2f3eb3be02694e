"""A folder with a folder of images a class, decoded to small images in four parts.

`train/` is trained on and `val/` validates, as ImageNet has them; `test/` tests where it is there,
else every other image of `val/` does. Without `train/` and `val/`, a fifth of each class validates
and a fifth tests. What goes where is fixed by a seed.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine import regular_file
from engine.errors import DataError
from engine.tasks.images.image_set import Images, ImageSet, Kind, Split

_LARGEST_IMAGE = 500 * regular_file.MB
_SEED = 2017
_FIFTH = 5
_MOST_CALIBRATION = 2_000
_VALIDATION = ("val", "validation", "valid")
Samples = list[tuple[str, int]]
"""Paths of image files with the index of their class."""


def holds_class_folders(folder: Path) -> bool:
    """Whether `folder` has folders in it, as opposed to the files of Fashion-MNIST."""
    return folder.is_dir() and any(path.is_dir() for path in folder.iterdir())


def read(folder: Path, size: int, colour: bool) -> ImageSet:
    """The images of `folder`, their shorter side scaled to `size` and the centre cut out.

    Raises DataError that names what is missing, or an image that cannot be decoded.
    """
    classes, parts = _parts(folder)
    rng = np.random.default_rng(_SEED)
    splits = {name: _decoded(samples, size, colour) for name, samples in parts.items()}
    training = splits["training"].take(rng.permutation(len(splits["training"])))
    pixels = training.images.reshape(-1, 3 if colour else 1)
    mean, std = pixels.mean(axis=0) / 255, pixels.std(axis=0) / 255
    calibration = training.take(np.arange(len(training))[:_MOST_CALIBRATION])
    kind = Kind(
        classes,
        size,
        tuple(round(float(value), 4) for value in mean),
        tuple(round(max(float(value), 1e-3), 4) for value in std),
    )
    return ImageSet(kind, {**splits, "training": training, "calibration": calibration})


def _parts(folder: Path) -> tuple[tuple[str, ...], dict[str, Samples]]:
    """The classes, and the files to train, validate and test with."""
    if not (folder / "train").is_dir():
        classes, samples = _listed(folder)
        validation, rest = _one_in(_FIFTH, samples)
        test, training = _one_in(_FIFTH - 1, rest)
        return _filled(folder, classes, training, validation, test)
    found = next((folder / name for name in _VALIDATION if (folder / name).is_dir()), None)
    if found is None:
        raise DataError(
            f"{folder} has train but no val. Add val with the same class folders, or give the "
            "folder of the classes itself: it is then split."
        )
    classes, training = _listed(folder / "train")
    named, validation = _listed(found)
    others = [(found, named)]
    if (folder / "test").is_dir():
        also, test = _listed(folder / "test")
        others.append((folder / "test", also))
    else:
        test, validation = _one_in(2, validation)
    for path, names in others:
        if names != classes:
            raise DataError(
                f"{folder / 'train'} and {path} do not hold the same classes. Complete them."
            )
    return _filled(folder, classes, training, validation, test)


def _listed(folder: Path) -> tuple[tuple[str, ...], Samples]:
    from torchvision.datasets import ImageFolder  # needs seconds to import

    try:
        found = ImageFolder(str(folder))
    except OSError as error:
        raise DataError(
            f"{folder} holds no folder of images for each class ({error}). Give a folder with "
            "CLASS/IMAGE files in it, or with train/CLASS/IMAGE and val/CLASS/IMAGE."
        ) from error
    return tuple(found.classes), found.samples


def _filled(
    folder: Path, classes: tuple[str, ...], training: Samples, validation: Samples, test: Samples
) -> tuple[tuple[str, ...], dict[str, Samples]]:
    if len(classes) < 2:
        raise DataError(f"{folder} holds one class, '{classes[0]}'. Two are the least to tell.")
    parts = {"training": training, "validation": validation, "test": test}
    for name, samples in parts.items():
        there = {label for _, label in samples}
        lacking = [c for label, c in enumerate(classes) if label not in there]
        if lacking:
            raise DataError(
                f"No image of the class '{lacking[0]}' in {folder} is left for {name}. Add some, "
                f"at least {_FIFTH} a class."
            )
    return classes, parts


def _one_in(n: int, samples: Samples) -> tuple[Samples, Samples]:
    """Every `n`-th image of each class, drawn by the seed, and the others."""
    rng = np.random.default_rng(_SEED)
    labels = np.array([label for _, label in samples])
    chosen = np.zeros(len(samples), dtype=bool)
    for label in np.unique(labels):
        members = rng.permutation(np.flatnonzero(labels == label))
        chosen[members[: len(members) // n]] = True
    taken = [sample for sample, on in zip(samples, chosen, strict=True) if on]
    return taken, [sample for sample, on in zip(samples, chosen, strict=True) if not on]


def _decoded(samples: Samples, size: int, colour: bool) -> Split:
    """All images, on all cores."""
    images = np.empty((len(samples), size, size, *((3,) if colour else ())), dtype=np.uint8)

    def decode(index: int) -> None:
        images[index] = _pixels(Path(samples[index][0]), size, colour)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for _ in pool.map(decode, range(len(samples))):
            pass
    labels: npt.NDArray[np.int64] = np.array([label for _, label in samples], dtype=np.int64)
    return Split(images, labels)


def _pixels(path: Path, size: int, colour: bool) -> Images:
    from PIL import Image, ImageOps

    try:
        with regular_file.opened(path, _LARGEST_IMAGE) as file, Image.open(file) as image:
            converted = image.convert("RGB" if colour else "L")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise DataError(
            f"The image {path} cannot be decoded ({error}). Replace or remove it."
        ) from error
    return np.asarray(ImageOps.fit(converted, (size, size), Image.Resampling.BILINEAR))
