"""Fashion-MNIST (Zalando SE, MIT licence): the four original files and the splits of their images.

The search optimises accuracy on `validation`, a part of the original training set. `test` is only
used for the final test accuracy of selected sub-networks. `calibration` is a part of the training
images on which batch-norm statistics are recomputed. The package contains these three splits, so
that a search needs no download; only training needs the full training set.
"""

import gzip
import struct
import sys
import zipfile
import zlib
from pathlib import Path

import numpy as np

from engine import regular_file
from engine.errors import DataError
from engine.tasks.images.image_set import Images, Kind, Split

CLASSES = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
    "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip
PIXEL_MEAN = 0.2860  # of the training images scaled to [0, 1]
PIXEL_STD = 0.3530
KIND = Kind(CLASSES, 28, (PIXEL_MEAN,), (PIXEL_STD,))
SHIPPED = Path(__file__).parent / "fashion_mnist_data"
DEBIAN_FOLDER = Path("/usr/share/datasets/fashion-mnist")  # package dataset-fashion-mnist

_FILES = {
    "train": ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"),
    "test": ("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"),
}
_MAX_BYTES = 200 * regular_file.MB  # of a file, packed and unpacked; the original has 47 MB
VALIDATION_PER_CLASS = 500
_CALIBRATION_PER_CLASS = 200
_SPLIT_SEED = 2017


def read_idx(path: Path) -> Images:
    """The array in a gzipped IDX file of unsigned bytes (format: LeCun's MNIST page).

    Raises DataError if the file is missing, truncated or of another type.
    """
    try:
        with regular_file.open_file(path, _MAX_BYTES) as file, gzip.open(file) as packed:
            raw = packed.read(_MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        raise _missing_file(path) from None
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path} is not a complete gzip file ({error}). Fetch it again.") from error
    if len(raw) > _MAX_BYTES:
        raise DataError(
            f"{path} unpacks to more than {regular_file.size_text(_MAX_BYTES)}, unlike "
            "Fashion-MNIST. Download it again."
        )
    if raw[:3] != b"\x00\x00\x08" or len(raw) < 4 or len(raw) < 4 + 4 * raw[3]:
        raise DataError(f"{path} is not an IDX file of unsigned bytes. Fetch it again.")
    dims = struct.unpack_from(f">{raw[3]}I", raw, 4)
    values = np.frombuffer(raw, np.uint8, offset=4 + 4 * raw[3])
    if values.size != np.prod(dims):
        raise DataError(
            f"{path} holds {values.size} bytes, its header says {dims}. Fetch it again."
        )
    return values.reshape(dims)


def locate(folder: Path | None, download_to: Path) -> Path:
    """The folder with the four files: `folder`, else Debian's, else downloaded to `download_to`."""
    if folder is not None:
        return folder
    if (DEBIAN_FOLDER / _FILES["train"][0]).exists():
        return DEBIAN_FOLDER
    from torchvision.datasets import FashionMNIST  # needs seconds to import, and is rarely needed

    try:
        dataset = FashionMNIST(str(download_to), download=True)
    except (OSError, RuntimeError) as error:
        raise DataError(
            f"Fashion-MNIST could not be downloaded to {download_to} ({error}). Install Debian's "
            "package dataset-fashion-mnist or give --data a folder with the four files."
        ) from error
    return Path(dataset.raw_folder)


def find_original(folder: Path) -> None:
    """Raise DataError naming the first of the four files that is missing in `folder`."""
    for name in (name for part in _FILES.values() for name in part):
        if not (folder / name).is_file():
            raise _missing_file(folder / name)


def _missing_file(path: Path) -> DataError:
    return DataError(
        f"{path} is missing. Give a folder that holds the four Fashion-MNIST files, such as that "
        "of Debian's package dataset-fashion-mnist."
    )


def read_original(folder: Path, part: str) -> Split:
    """The original `train` (60,000) or `test` (10,000) part from its two files in `folder`."""
    images, labels = (read_idx(folder / name) for name in _FILES[part])
    return Split(images, labels)


def split_training_set(train: Split) -> dict[str, Split]:
    """`training` (55,000), `validation` (5,000) and `calibration` (2,000 of `training`).

    Class-balanced and independent of the seed of a training.
    """
    rng = np.random.default_rng(_SPLIT_SEED)
    validation, calibration, training = [], [], []
    for label in range(len(CLASSES)):
        members = rng.permutation(np.flatnonzero(train.labels == label))
        validation.append(members[:VALIDATION_PER_CLASS])
        training.append(members[VALIDATION_PER_CLASS:])
        calibration.append(training[-1][:_CALIBRATION_PER_CLASS])
    # The shuffle puts all classes into each calibration batch.
    return {
        "validation": train.take(np.sort(np.concatenate(validation))),
        "training": train.take(np.sort(np.concatenate(training))),
        "calibration": train.take(rng.permutation(np.concatenate(calibration))),
    }


def load_shipped(split: str) -> Split:
    """The split `validation`, `calibration` or `test` of the package."""
    path = SHIPPED / f"{split}.npz"
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return Split(arrays["images"], arrays["labels"])
    except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile, zlib.error) as error:
        raise DataError(
            f"The built-in data file {path} cannot be read ({error}). Restore it from the "
            "repository, or write it anew with python -m engine.supernets.builtin.fashion_mnist."
        ) from error


def write_shipped(folder: Path, out: Path = SHIPPED) -> None:
    """Write the three evaluation splits of the original files in `folder` to `out`."""
    splits = split_training_set(read_original(folder, "train"))
    splits["test"] = read_original(folder, "test")
    out.mkdir(parents=True, exist_ok=True)
    for name in ("validation", "calibration", "test"):
        np.savez_compressed(
            out / f"{name}.npz", images=splits[name].images, labels=splits[name].labels
        )


if __name__ == "__main__":
    write_shipped(Path(sys.argv[1]) if len(sys.argv) > 1 else DEBIAN_FOLDER)
