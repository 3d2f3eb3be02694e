"""Class folders of validation images, such as ImageNet's: the split into measurement data.

`val/` and `train/` hold one folder per class; sorted by name, they are in the order of the
network's outputs. Accuracy is measured on a fixed class-balanced part of `val/`; batch-norm
statistics are recomputed on 2,000 images of `train/`. Without `train/`, up to 2,000 images (at most
a fifth of `val/`) are held out from `val/` for this, and accuracy is measured on the others.
"""

import functools
import hashlib
import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine import regular_file
from engine.errors import DataError
from engine.requirements import Progress

Indices = npt.NDArray[np.int64]

MAX_IMAGE_BYTES = 500 * regular_file.MB
CALIBRATION_IMAGES = 2_000
_MIN_IMAGES = 5  # one image of val/ in so many may be held out
_SUFFIXES = {".jpeg", ".jpg", ".png", ".bmp", ".webp", ".ppm"}
_SEED = 2012
_MAX_CHECKED = 5_000  # so many files are opened by a check of the data
_REPORT_INTERVAL = 100  # files


@dataclass(frozen=True)
class Images:
    """Image files and their class indices `(n,)`."""

    paths: tuple[Path, ...]
    labels: Indices

    def __len__(self) -> int:
        return len(self.paths)

    def take(self, indices: Indices) -> "Images":
        """The images at `indices`, in that order."""
        return Images(tuple(self.paths[i] for i in indices), self.labels[indices])


@dataclass(frozen=True, eq=False)
class Split:
    """The images for each use; `unseen` are the images of `val/` that a search does not use."""

    validation: Images
    calibration: Images
    unseen: Images
    folder: Path
    held_out: bool
    class_names: tuple[str, ...]

    @functools.cached_property
    def digest(self) -> str:
        """A digest of names and sizes of the files that determine a measured accuracy."""
        digest = hashlib.sha256()
        for images in (self.validation, self.calibration):
            for path in images.paths:
                digest.update(f"{path.parent.name}/{path.name} {_size(path)}\n".encode())
            digest.update(b"\0")
        return digest.hexdigest()

    @functools.cached_property
    def description(self) -> str:
        """The split in words; raises DataError naming files that cannot be read."""
        return self.describe(lambda what, done, total: None)

    def describe(self, progress: Progress) -> str:
        """As `description`, without its cache and with a report of progress."""
        shapes = check_images(self.validation, self.calibration, progress=progress)
        typical, _ = Counter(shapes).most_common(1)[0]
        smallest = min(min(shape) for shape in shapes)
        source = "held out from them, as there is no train folder" if self.held_out else "of train"
        return (
            f"{len(self.validation):,} images of {len(self.class_names):,} classes in "
            f"{self.folder}, most often {typical[0]} x {typical[1]} pixels, no side below "
            f"{smallest}; batch-norm statistics from {len(self.calibration):,} images {source}; "
            f"{len(self.unseen):,} images left for a final test. {len(shapes):,} files were opened."
        )


def sample_balanced(labels: Indices, n: int, rng: np.random.Generator) -> Indices:
    """`n` random indices of `labels`, with the same number from each class (plus or minus one).

    Smaller classes contribute all their members. The indices alternate between the classes.
    """
    order = rng.permutation(len(labels))
    members = np.argsort(labels[order], kind="stable")
    counts = np.bincount(labels[order])
    starts = np.cumsum(counts) - counts
    rounds = np.arange(len(labels)) - np.repeat(starts, counts)
    class_ranks = rng.permutation(len(counts))[labels[order[members]]]
    indices: Indices = order[members[np.lexsort((class_ranks, rounds))][:n]]
    return indices


def split(root: str | None, fraction: float, classes: int) -> Split:
    """The images of the folder `root`; deterministic for the same files.

    `fraction` in (0, 1] of the images in `val/` measure accuracy. Raises DataError for a folder
    without images or with another number of classes.
    """
    folder = _root_folder(root)
    if not 0 < fraction <= 1:
        raise DataError(f"test_fraction is {fraction}. Give a share above 0, at most 1.")
    return _split(folder, fraction, classes, _latest_change(folder))


def find_validation_folder(root: str | None, classes: int) -> Path:
    """The folder of the validation images, after a quick check; raises as `split` does."""
    folder = _validation_folder(_root_folder(root))
    try:
        count = sum(_has_images(Path(e.path)) for e in os.scandir(folder) if e.is_dir())
    except OSError as error:
        raise _listing_error(folder, error) from error
    if count != classes:
        raise _class_count_error(folder, count, classes)
    return folder


def _root_folder(root: str | None) -> Path:
    if root is None:
        raise DataError(
            "Measuring accuracy needs images: set dataset_path to a folder with ImageNet's val "
            "(and train) class folders, or choose the published predictor as source of accuracy."
        )
    return Path(root).expanduser()


def _validation_folder(root: Path) -> Path:
    return next((root / n for n in ("val", "validation") if (root / n).is_dir()), root)


def _has_images(folder: Path) -> bool:
    with os.scandir(folder) as entries:
        return any(Path(entry.name).suffix.lower() in _SUFFIXES for entry in entries)


def _class_count_error(folder: Path, count: int, classes: int) -> DataError:
    return DataError(
        f"{folder} holds {count:,} class folders with images, but the network has "
        f"{classes:,} classes. Point dataset_path at a folder with val/CLASS/IMAGE files."
    )


def _listing_error(folder: Path, error: OSError) -> DataError:
    return DataError(
        f"The images in {folder} cannot be listed ({error.strerror}). Set dataset_path to a "
        "folder with ImageNet's val (and train) class folders."
    )


@functools.lru_cache(maxsize=4)
def _split(root: Path, fraction: float, classes: int, stamp: int) -> Split:
    folder = _validation_folder(root)
    images, names = _scan(folder)
    if len(names) != classes:
        raise _class_count_error(folder, len(names), classes)
    rng = np.random.default_rng(_SEED)
    held_out = not (root / "train").is_dir() or folder == root
    if held_out:
        n = min(CALIBRATION_IMAGES, len(images) // _MIN_IMAGES)
        calibration_indices = sample_balanced(images.labels, n, rng)
        calibration = images.take(calibration_indices)
        images = images.take(np.setdiff1d(np.arange(len(images)), calibration_indices))
    else:
        training, training_names = _scan(root / "train")
        if training_names != names:
            raise DataError(
                f"{root / 'train'} and {folder} do not hold the same classes. Complete them, or "
                "take train away: calibration images are then held out from val."
            )
        calibration = training.take(sample_balanced(training.labels, CALIBRATION_IMAGES, rng))
    if not len(calibration):
        raise DataError(f"{folder} holds too few images: at least {_MIN_IMAGES} are needed.")
    selected = np.sort(sample_balanced(images.labels, max(1, round(fraction * len(images))), rng))
    unused = np.setdiff1d(np.arange(len(images)), selected)
    return Split(
        images.take(selected), calibration, images.take(unused), folder, held_out, tuple(names)
    )  # fmt: skip


def check_images(
    *parts: Images, progress: Progress = lambda what, done, total: None
) -> list[tuple[int, int]]:
    """Width and height of up to 5,000 of the images; raises DataError for unreadable ones."""
    paths = [path for images in parts for path in images.paths]
    paths = paths[:: -(-len(paths) // _MAX_CHECKED)]
    shapes, unreadable = [], []
    pool = ThreadPoolExecutor(os.cpu_count())
    try:
        for number, shape in enumerate(pool.map(_shape, paths)):
            if number % _REPORT_INTERVAL == 0:
                progress("Opening images", number, len(paths))
            if shape is None:
                unreadable.append(paths[number])
            else:
                shapes.append(shape)
    finally:
        pool.shutdown(cancel_futures=True)
    if unreadable:
        examples = ", ".join(map(str, unreadable[:3]))
        raise DataError(
            f"{len(unreadable):,} of {len(paths):,} image files cannot be read, such as "
            f"{examples}. Replace or remove them."
        )
    return shapes


def _shape(path: Path) -> tuple[int, int] | None:
    """Width and height of an image; None where its pixels cannot be decoded to the last one."""
    from PIL import Image

    try:
        with regular_file.open_file(path, MAX_IMAGE_BYTES) as file, Image.open(file) as image:
            shape = image.size
            image.draft("RGB", (1, 1))  # an eighth of the pixels of a JPEG, but all of its file
            image.load()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    return shape


def _scan(folder: Path) -> tuple[Images, list[str]]:
    """The images in class folders, sorted, and the names of the classes."""
    paths: list[Path] = []
    labels: list[int] = []
    names: list[str] = []
    try:
        for entry in sorted(path for path in folder.iterdir() if path.is_dir()):
            files = sorted(p for p in entry.iterdir() if p.suffix.lower() in _SUFFIXES)
            if files:
                paths += files
                labels += [len(names)] * len(files)
                names.append(entry.name)
    except OSError as error:
        raise _listing_error(folder, error) from error
    return Images(tuple(paths), np.array(labels, dtype=np.int64)), names


def _latest_change(root: Path) -> int:
    """The latest modification time of the image folders; 0 without folders."""
    folders = [root, *(root / name for name in ("val", "validation", "train"))]
    latest = 0
    for folder in folders:
        if folder.is_dir():
            inner = (e.stat().st_mtime_ns for e in os.scandir(folder) if e.is_dir())
            latest = max(latest, folder.stat().st_mtime_ns, *inner)
    return latest


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}). Restore it.") from error
