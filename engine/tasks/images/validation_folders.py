"""ImageNet, or another set of images in class folders: which images are used for what.

`val/` and `train/` hold a folder a class, in the order of the network's outputs when sorted by
name. Accuracy is measured on a fixed class-balanced part of `val/`; batch-norm statistics are
recomputed on 2,000 images of `train/`. Where there is no `train/`, up to 2,000 images (a fifth of
`val/` at most) are held out from `val/` for that, and accuracy is measured on the others.
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

LARGEST_IMAGE = 500 * regular_file.MB
CALIBRATION_IMAGES = 2_000
_SHARE_HELD_OUT = 5  # one image of val/ in so many may be held out
_SUFFIXES = {".jpeg", ".jpg", ".png", ".bmp", ".webp", ".ppm"}
_SEED = 2012
_CHECKED = 5_000  # so many files are opened by a check of the data
_TOLD_EVERY = 100  # files


@dataclass(frozen=True)
class Images:
    """Image files and the index `(n,)` of each one's class."""

    paths: tuple[Path, ...]
    labels: Indices

    def __len__(self) -> int:
        return len(self.paths)

    def take(self, indices: Indices) -> "Images":
        """The images at `indices`, in that order."""
        return Images(tuple(self.paths[i] for i in indices), self.labels[indices])


@dataclass(frozen=True, eq=False)
class Split:
    """What is used for what; `unseen` are the images of `val/` that accuracy is not measured on."""

    validation: Images
    calibration: Images
    unseen: Images
    folder: Path
    held_out: bool
    classes: int

    @functools.cached_property
    def digest(self) -> str:
        """A digest of names and sizes of the files that decide a measured accuracy."""
        digest = hashlib.sha256()
        for images in (self.validation, self.calibration):
            for path in images.paths:
                digest.update(f"{path.parent.name}/{path.name} {_size(path)}\n".encode())
            digest.update(b"\0")
        return digest.hexdigest()

    @functools.cached_property
    def description(self) -> str:
        """What was found, in words; raises DataError that names files which cannot be read."""
        return self.describe(lambda what, done, total: None)

    def describe(self, progress: Progress) -> str:
        """As `description`, anew and with the count of files that were opened."""
        shapes = check(self.validation, self.calibration, progress=progress)
        typical, _ = Counter(shapes).most_common(1)[0]
        smallest = min(min(shape) for shape in shapes)
        source = "held out from them, as there is no train folder" if self.held_out else "of train"
        return (
            f"{len(self.validation):,} images of {self.classes:,} classes in {self.folder}, most "
            f"often {typical[0]} x {typical[1]} pixels, no side below {smallest}; batch-norm "
            f"statistics from {len(self.calibration):,} images {source}; {len(self.unseen):,} "
            f"images left for a final test. {len(shapes):,} files were opened."
        )


def balanced(labels: Indices, n: int, rng: np.random.Generator) -> Indices:
    """`n` indices of `labels`, drawn so that no class has two more than another, if it has them.

    They come in rounds over the classes, so that every stretch is balanced as well.
    """
    order = rng.permutation(len(labels))
    members = np.argsort(labels[order], kind="stable")
    counts = np.bincount(labels[order])
    starts = np.cumsum(counts) - counts
    rounds = np.arange(len(labels)) - np.repeat(starts, counts)
    shuffled = rng.permutation(len(counts))[labels[order[members]]]
    chosen: Indices = order[members[np.lexsort((shuffled, rounds))][:n]]
    return chosen


def split(root: str | None, fraction: float, classes: int) -> Split:
    """The images of the folder `root`; the same for everyone with the same files.

    `fraction` in (0, 1] of the images in `val/` measure accuracy. Raises DataError for a folder
    without images or with another number of classes.
    """
    folder = _given(root)
    if not 0 < fraction <= 1:
        raise DataError(f"test_fraction is {fraction}. Give a share above 0, at most 1.")
    return _split(folder, fraction, classes, _stamp(folder))


def look(root: str | None, classes: int) -> Path:
    """The folder of the validation images, by a glance at each class; raises as `split` does."""
    folder = _validation_folder(_given(root))
    try:
        found = sum(_has_images(Path(e.path)) for e in os.scandir(folder) if e.is_dir())
    except OSError as error:
        raise _unlisted(folder, error) from error
    if found != classes:
        raise _other_classes(folder, found, classes)
    return folder


def _given(root: str | None) -> Path:
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


def _other_classes(folder: Path, found: int, classes: int) -> DataError:
    return DataError(
        f"{folder} holds {found:,} class folders with images, but the network tells "
        f"{classes:,} classes apart. Point dataset_path at a folder with val/CLASS/IMAGE files."
    )


def _unlisted(folder: Path, error: OSError) -> DataError:
    return DataError(
        f"The images in {folder} cannot be listed ({error.strerror}). Set dataset_path to a "
        "folder with ImageNet's val (and train) class folders."
    )


@functools.lru_cache(maxsize=4)
def _split(root: Path, fraction: float, classes: int, stamp: int) -> Split:
    folder = _validation_folder(root)
    found, names = _scan(folder)
    if len(names) != classes:
        raise _other_classes(folder, len(names), classes)
    rng = np.random.default_rng(_SEED)
    held_out = not (root / "train").is_dir() or folder == root
    if held_out:
        n = min(CALIBRATION_IMAGES, len(found) // _SHARE_HELD_OUT)
        taken = balanced(found.labels, n, rng)
        calibration = found.take(taken)
        found = found.take(np.setdiff1d(np.arange(len(found)), taken))
    else:
        training, training_names = _scan(root / "train")
        if training_names != names:
            raise DataError(
                f"{root / 'train'} and {folder} do not hold the same classes. Complete them, or "
                "take train away: calibration images are then held out from val."
            )
        calibration = training.take(balanced(training.labels, CALIBRATION_IMAGES, rng))
    if not len(calibration):
        raise DataError(f"{folder} holds too few images: at least {_SHARE_HELD_OUT} are needed.")
    chosen = np.sort(balanced(found.labels, max(1, round(fraction * len(found))), rng))
    rest = np.setdiff1d(np.arange(len(found)), chosen)
    return Split(
        found.take(chosen), calibration, found.take(rest), folder, held_out, classes
    )  # fmt: skip


def check(
    *parts: Images, progress: Progress = lambda what, done, total: None
) -> list[tuple[int, int]]:
    """Width and height of up to 5,000 of the images; raises DataError for unreadable ones."""
    paths = [path for images in parts for path in images.paths]
    paths = paths[:: -(-len(paths) // _CHECKED)]
    shapes, unreadable = [], []
    pool = ThreadPoolExecutor(os.cpu_count())
    try:
        for number, shape in enumerate(pool.map(_shape, paths)):
            if number % _TOLD_EVERY == 0:
                progress("Opening images", number, len(paths))
            if shape is None:
                unreadable.append(paths[number])
            else:
                shapes.append(shape)
    finally:
        pool.shutdown(cancel_futures=True)
    if unreadable:
        some = ", ".join(map(str, unreadable[:3]))
        raise DataError(
            f"{len(unreadable):,} of {len(paths):,} image files cannot be read, such as {some}. "
            "Replace or remove them."
        )
    return shapes


def _shape(path: Path) -> tuple[int, int] | None:
    """Width and height of an image; None where its pixels cannot be decoded to the last one."""
    from PIL import Image

    try:
        with regular_file.opened(path, LARGEST_IMAGE) as file, Image.open(file) as image:
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
        raise _unlisted(folder, error) from error
    return Images(tuple(paths), np.array(labels, dtype=np.int64)), names


def _stamp(root: Path) -> int:
    """The latest change of the folders that hold images; 0 where there are none."""
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
