"""Supernets that were trained here on a user's images, kept in the data folder and found by name.

`supernets/NAME/` holds a card (JSON), the weights, the table of costs, and the images that a search
needs, so that it can be searched without the folder it was trained on.
"""

import functools
import hashlib
import math
import re
import zipfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from engine import data_dir, regular_file
from engine.digest import sha256
from engine.errors import ConfigError, DataError
from engine.quoting import quoted
from engine.setting_errors import sentences
from engine.supernets.base import EvaluationSettings, Requirement
from engine.supernets.builtin.elastic_mobilenet import ElasticMobileNet, image_requirement
from engine.supernets.builtin.fashion_mnist import SHIPPED
from engine.tasks.base import digest_of
from engine.tasks.images.decoded_arrays import DecodedArrays
from engine.tasks.images.image_set import Kind, Split
from engine.tasks.quality_protocol import quality_protocol

CARD, WEIGHTS, COSTS, STATE = "supernet.json", "weights.pt", "costs.json", "state.json"
_SEARCHED = ("validation", "calibration")
PARTS = (*_SEARCHED, "test")
_LARGEST_CARD = 10 * regular_file.MB
_LARGEST_IMAGES = 20 * regular_file.GB
_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,79}")
_FLOOR = 5.0  # points of accuracy: hypervolume starts to count at a multiple below the smallest's


class SupernetCard(BaseModel):
    """What a trained supernet is. `accuracy` is top-1 in % on the validation images."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: int = 1
    name: str
    kind: Kind
    origin: str
    counts: dict[str, int]
    accuracy: dict[str, float]
    recipe: str


def wrong_name(name: object) -> str:
    """Why no supernet can be called `name`, which is written in files, paths and addresses."""
    if isinstance(name, str) and _NAME.fullmatch(name):
        return ""
    return (
        f"{quoted(name)} cannot be the name of a supernet. Use up to 80 letters, digits, -, _ and "
        "dots, and begin with a letter or a digit."
    )


def folder_of(name: str) -> Path:
    """Where the supernet called `name` is kept; raises ConfigError for what cannot be a name."""
    if why := wrong_name(name):
        raise ConfigError(why)
    return data_dir.current().supernets / name


def name_from(folder: Path) -> str:
    """A name for the supernet that is trained on the images in `folder`."""
    return re.sub(r"[^\w.-]+", "-", folder.resolve().name).strip("-._")


def names() -> list[str]:
    """The supernets that were trained here to the end."""
    found = data_dir.current().supernets.glob(f"*/{CARD}")
    return sorted(path.parent.name for path in found)


def load(name: str) -> "TrainedSupernet":
    """The supernet called `name`, made anew when it was trained anew; raises DataError."""
    folder = folder_of(name)
    return _load(folder, (folder / CARD).stat().st_mtime_ns)


@functools.lru_cache(maxsize=16)
def _load(folder: Path, stamp: int) -> "TrainedSupernet":
    try:
        text = regular_file.read_text(folder / CARD, _LARGEST_CARD)
        card = SupernetCard.model_validate_json(text)
    except OSError as error:
        raise DataError(
            f"{folder / CARD} cannot be read ({error.strerror or error}). Restore it."
        ) from error
    except ValidationError as error:
        raise DataError(
            f"{folder / CARD} is damaged ({sentences(error, SupernetCard)}) Restore it, or train "
            "the supernet anew with python -m engine.training."
        ) from error
    return TrainedSupernet(folder, card)


class StoredImages(DecodedArrays):
    """The images that a supernet was trained for, in its own folder."""

    def __init__(self, folder: Path, card: SupernetCard) -> None:
        super().__init__(card.kind)
        self._folder, counts = folder, card.counts
        self.origin = (
            f"Measured on {counts['validation']:,} validation images. {counts['test']:,} test "
            "images stay unseen by the search, for the final test accuracy of the sub-networks you "
            "choose."
        )

    def place(self, settings: EvaluationSettings) -> str | None:
        """They are in one place alone."""
        return None

    def files(self) -> list[Path]:
        """The files that a measured accuracy depends on."""
        return [self._folder / f"{part}.npz" for part in _SEARCHED]

    def fingerprint(self, settings: EvaluationSettings) -> str:
        """A digest of those files."""
        return digest_of(*map(sha256, self.files()))

    def check(self, settings: EvaluationSettings) -> None:
        """Raise DataError if images are missing or damaged."""
        for part in _SEARCHED:
            self.split(part, settings)

    def requirements(self) -> Sequence[Requirement]:
        """The images, which the supernet keeps itself."""
        name, folder = self._folder.name, self._folder
        return [
            image_requirement(
                f"{name} images", "Kept since the training.", lambda settings: str(folder), self
            )
        ]

    def split(self, name: str, settings: EvaluationSettings) -> Split:
        """The images of `validation`, `calibration` or `test`."""
        path = self._folder / f"{name}.npz"
        try:
            with (
                regular_file.opened(path, _LARGEST_IMAGES) as file,
                np.load(file, allow_pickle=False) as arrays,
            ):
                return Split(arrays["images"], arrays["labels"])
        except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile) as error:
            raise DataError(
                f"The images {path} cannot be read ({error}). Restore the file, or train the "
                "supernet anew with python -m engine.training."
            ) from error


class TrainedSupernet(ElasticMobileNet):
    """The architecture of the built-in one with weights of its own, for a user's images."""

    task: StoredImages

    def __init__(self, folder: Path, card: SupernetCard) -> None:
        super().__init__(
            StoredImages(folder, card),
            folder / WEIGHTS,
            folder / COSTS,
            folder / STATE,
            f"Trained here, from the images in {card.origin}.",
        )
        self.folder, self.card = folder, card
        kind, counts = card.kind, card.counts
        self.name = folder.name
        self.title = f"MobileNetV3 on {Path(card.origin).name}"
        what = f"{kind.size} x {kind.size} {'grey' if kind.channels == 1 else 'colour'} images"
        self.description = (
            f"Elastic MobileNetV3 for {what} of {len(kind.classes)} classes, trained here on "
            f"{counts['training']:,} images of {card.origin}. "
            + " and ".join(f"{acc:.1f} % ({end})" for end, acc in card.accuracy.items())
            + " of the validation images are classified correctly."
        )

    def bounds(self, name: str) -> tuple[float | None, float]:
        """As the built-in one, with accuracies from below that of the smallest sub-network."""
        if name in ("acc", "acc_top5"):
            smallest = self.card.accuracy["smallest"]
            return max(0.0, _FLOOR * math.floor(smallest / _FLOOR - 0.5)), 100.0
        return super().bounds(name)

    def fingerprint(self, settings: EvaluationSettings) -> str:
        """A digest of weights and protocol, and of the images searched."""
        weights = hashlib.sha256(quality_protocol(settings).encode())
        for path in [self.weights, *(SHIPPED / f"{part}.npz" for part in _SEARCHED)]:
            weights.update(sha256(path))
        digest = hashlib.sha256(f"{weights.hexdigest()} {asdict(self.card.kind)}".encode())
        for path in self.task.files():
            digest.update(sha256(path))
        return digest.hexdigest()

    def check_data(self, settings: EvaluationSettings) -> None:
        """Raise DataError if weights, costs or images are missing or damaged."""
        super().check_data(settings)
        self.exact_metrics(self.space.smallest)
