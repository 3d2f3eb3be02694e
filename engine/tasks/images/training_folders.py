"""Class folders of training images, decoded to small images in four splits.

As in ImageNet, `train/` holds training and `val/` validation images; `test/` holds test images, or
half of `val/` if it is missing. Without `train/` and `val/`, a fifth of each class are validation
and a fifth test images. A seed fixes the splits.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine import regular_file
from engine.errors import DataError
from engine.tasks.images.image_set import Images, ImageSet, Kind, Split
from engine.tasks.images.pixel_files import centre_crop

_MAX_IMAGE_BYTES = 500 * regular_file.MB
_SEED = 2017
_VALIDATION_DIVISOR = 5
_MAX_CALIBRATION = 2_000
_VALIDATION_NAMES = ("val", "validation", "valid")
Samples = list[tuple[str, int]]
"""Paths of image files with the index of their class."""


def holds_class_folders(folder: Path) -> bool:
    """Whether `folder` has folders in it, as opposed to the files of Fashion-MNIST."""
    return folder.is_dir() and any(path.is_dir() for path in folder.iterdir())


def class_names(folder: Path) -> tuple[str, ...]:
    """The classes of `folder`; raises DataError if there are none."""
    is_split = (folder / "train").is_dir()
    return _list_images(folder / "train" if is_split else folder)[0]


def read(folder: Path, size: int, colour: bool, crop: float = 1.0) -> ImageSet:
    """The images of `folder`, the centre of each scaled to `size` x `size` pixels.

    `crop` is the share of the shorter side in the centre.

    Raises DataError for missing folders or classes, or an image that cannot be decoded.
    """
    classes, parts = _parts(folder)
    rng = np.random.default_rng(_SEED)
    splits = {name: _decode(samples, size, colour, crop) for name, samples in parts.items()}
    training = splits["training"].take(rng.permutation(len(splits["training"])))
    pixels = training.images.reshape(-1, 3 if colour else 1)
    mean, std = pixels.mean(axis=0) / 255, pixels.std(axis=0) / 255
    calibration = training.take(np.arange(len(training))[:_MAX_CALIBRATION])
    kind = Kind(
        classes,
        size,
        tuple(round(float(value), 4) for value in mean),
        tuple(round(max(float(value), 1e-3), 4) for value in std),
    )
    return ImageSet(kind, {**splits, "training": training, "calibration": calibration})


def _parts(folder: Path) -> tuple[tuple[str, ...], dict[str, Samples]]:
    """The classes, and the image files of each split."""
    if not (folder / "train").is_dir():
        classes, samples = _list_images(folder)
        validation, remaining = _split_off(_VALIDATION_DIVISOR, samples)
        test, training = _split_off(_VALIDATION_DIVISOR - 1, remaining)
        return _checked_parts(folder, classes, training, validation, test)
    validation_folder = next(
        (folder / name for name in _VALIDATION_NAMES if (folder / name).is_dir()), None
    )
    if validation_folder is None:
        raise DataError(
            f"{folder} has train but no val. Add val with the same class folders, or give the "
            "folder of the classes itself: it is then split."
        )
    classes, training = _list_images(folder / "train")
    validation_classes, validation = _list_images(validation_folder)
    class_lists = [(validation_folder, validation_classes)]
    if (folder / "test").is_dir():
        test_classes, test = _list_images(folder / "test")
        class_lists.append((folder / "test", test_classes))
    else:
        test, validation = _split_off(2, validation)
    for path, names in class_lists:
        if names != classes:
            raise DataError(
                f"{folder / 'train'} and {path} do not hold the same classes. Complete them."
            )
    return _checked_parts(folder, classes, training, validation, test)


def _list_images(folder: Path) -> tuple[tuple[str, ...], Samples]:
    from torchvision.datasets import ImageFolder  # needs seconds to import

    try:
        dataset = ImageFolder(str(folder))
    except OSError as error:
        raise DataError(
            f"{folder} holds no folder of images for each class ({error}). Give a folder with "
            "CLASS/IMAGE files in it, or with train/CLASS/IMAGE and val/CLASS/IMAGE."
        ) from error
    return tuple(dataset.classes), dataset.samples


def _checked_parts(
    folder: Path, classes: tuple[str, ...], training: Samples, validation: Samples, test: Samples
) -> tuple[tuple[str, ...], dict[str, Samples]]:
    if len(classes) < 2:
        raise DataError(f"{folder} holds one class, '{classes[0]}'. At least two are needed.")
    parts = {"training": training, "validation": validation, "test": test}
    for name, samples in parts.items():
        labels = {label for _, label in samples}
        missing = [c for label, c in enumerate(classes) if label not in labels]
        if missing:
            raise DataError(
                f"No image of the class '{missing[0]}' in {folder} is left for {name}. Add some, "
                f"at least {_VALIDATION_DIVISOR} a class."
            )
    return classes, parts


def _split_off(n: int, samples: Samples) -> tuple[Samples, Samples]:
    """A random `n`-th of the images of each class, and the other images."""
    rng = np.random.default_rng(_SEED)
    labels = np.array([label for _, label in samples])
    is_selected = np.zeros(len(samples), dtype=bool)
    for label in np.unique(labels):
        members = rng.permutation(np.flatnonzero(labels == label))
        is_selected[members[: len(members) // n]] = True
    selected = [sample for sample, is_in in zip(samples, is_selected, strict=True) if is_in]
    return selected, [
        sample for sample, is_in in zip(samples, is_selected, strict=True) if not is_in
    ]


def _decode(samples: Samples, size: int, colour: bool, crop: float) -> Split:
    """Decode all images on all cores."""
    images = np.empty((len(samples), size, size, *((3,) if colour else ())), dtype=np.uint8)

    def decode(index: int) -> None:
        images[index] = _read_pixels(Path(samples[index][0]), size, colour, crop)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for _ in pool.map(decode, range(len(samples))):
            pass
    labels: npt.NDArray[np.int64] = np.array([label for _, label in samples], dtype=np.int64)
    return Split(images, labels)


def _read_pixels(path: Path, size: int, colour: bool, crop: float) -> Images:
    from PIL import Image, ImageOps

    try:
        with regular_file.open_file(path, _MAX_IMAGE_BYTES) as file, Image.open(file) as image:
            converted = image.convert("RGB" if colour else "L")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise DataError(
            f"The image {path} cannot be decoded ({error}). Replace or remove it."
        ) from error
    if crop < 1:
        return centre_crop(converted, size, crop)
    return np.asarray(ImageOps.fit(converted, (size, size), Image.Resampling.BILINEAR))
