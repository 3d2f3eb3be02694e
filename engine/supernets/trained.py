"""Supernets trained here on a user's images, stored in the data folder by name.

`supernets/NAME/` holds a card (JSON), the weights, the cost tables, and the images that a search
needs: the folder of the training images is no longer needed.
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

from engine import data_dir, program, regular_file
from engine.digest import sha256
from engine.errors import ConfigError, DataError
from engine.quoting import quoted
from engine.setting_errors import error_sentences
from engine.supernets.base import EvaluationSettings, Requirement
from engine.supernets.builtin.elastic_mobilenet import ElasticMobileNet, image_requirement
from engine.supernets.builtin.fashion_mnist import SHIPPED
from engine.tasks.base import digest_of
from engine.tasks.images.decoded_arrays import DecodedArrays
from engine.tasks.images.image_set import Kind, Split
from engine.tasks.quality_protocol import quality_protocol

CARD, WEIGHTS, COSTS, STATE = "supernet.json", "weights.pt", "costs.json", "state.json"
ELASTIC_CARD = "elastic.json"
"""The card of a user's own network that was made elastic, in place of the one of this module."""
_PLACE = "supernets/"  # of a supernet in the data folder, before its name
_SEARCH_SPLITS = ("validation", "calibration")
SPLITS = (*_SEARCH_SPLITS, "test")
_MAX_CARD_BYTES = 10 * regular_file.MB
_MAX_IMAGE_BYTES = 20 * regular_file.GB
_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,79}")
_ACCURACY_STEP = 5.0  # points: hypervolume starts at a multiple below the smallest network


class SupernetCard(BaseModel):
    """The description of a trained supernet. `accuracy` is top-1 in % on the validation images."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: int = 1
    name: str
    kind: Kind
    origin: str
    counts: dict[str, int]
    accuracy: dict[str, float]
    recipe: str


def name_problem(name: object) -> str:
    """Why `name` cannot name a supernet in files, paths and addresses; empty if it can."""
    if isinstance(name, str) and _NAME.fullmatch(name):
        return ""
    return (
        f"{quoted(name)} cannot be the name of a supernet. Use up to 80 letters, digits, -, _ and "
        "dots, and begin with a letter or a digit."
    )


def folder_of(name: str) -> Path:
    """The folder of the supernet called `name`; raises ConfigError for an invalid name."""
    if problem := name_problem(name):
        raise ConfigError(problem)
    return data_dir.current().find(f"{_PLACE}{name}")


def name_from(folder: Path) -> str:
    """A name for a supernet trained on the images in `folder`."""
    return re.sub(r"[^\w.-]+", "-", folder.resolve().name).strip("-._")


def names() -> list[str]:
    """The names of the supernets whose training is complete, elastic networks among them."""
    folder = data_dir.current()
    cards = (path for card in (CARD, ELASTIC_CARD) for path in folder.supernets.glob(f"*/{card}"))
    here = {path.parent.name for path in cards}
    received = {place.removeprefix(_PLACE) for place, _ in folder.received if _PLACE in place}
    return sorted(here | received)


def is_elastic(name: str) -> bool:
    """Whether the supernet called `name` is a user's own network that was made elastic."""
    return (folder_of(name) / ELASTIC_CARD).is_file()


def load(name: str) -> "TrainedSupernet":
    """The supernet called `name`, loaded again after a new training; raises DataError."""
    folder = folder_of(name)
    return _load(folder, (folder / CARD).stat().st_mtime_ns)


@functools.lru_cache(maxsize=16)
def _load(folder: Path, stamp: int) -> "TrainedSupernet":
    try:
        text = regular_file.read_text(folder / CARD, _MAX_CARD_BYTES)
        card = SupernetCard.model_validate_json(text)
    except OSError as error:
        raise DataError(
            f"{folder / CARD} cannot be read ({error.strerror or error}). Restore it."
        ) from error
    except ValidationError as error:
        raise DataError(
            f"{folder / CARD} is damaged ({error_sentences(error, SupernetCard)}) Restore it, or "
            f"train the supernet anew with {program.name()} train-supernet."
        ) from error
    return TrainedSupernet(folder, card)


class StoredImages(DecodedArrays):
    """The evaluation images of a trained supernet, in its own folder."""

    def __init__(self, folder: Path, card: SupernetCard) -> None:
        super().__init__(card.kind)
        self._folder, self._counts = folder, card.counts
        counts = card.counts
        self.origin = (
            f"Measured on {counts['validation']:,} validation images. {counts['test']:,} test "
            "images stay unseen by the search, for the final test accuracy of the sub-networks you "
            "choose."
        )

    def data_path(self, settings: EvaluationSettings) -> str | None:
        """None: the images are always in the folder of the supernet."""
        return None

    def validation_pixels(self, settings: EvaluationSettings) -> int:
        """Those of the validation images that the training left out."""
        return self._counts["validation"] * self.side**2

    def files(self) -> list[Path]:
        """The files that determine a measured accuracy."""
        return [self._folder / f"{part}.npz" for part in _SEARCH_SPLITS]

    def fingerprint(self, settings: EvaluationSettings) -> str:
        """A digest of those files."""
        return digest_of(*map(sha256, self.files()))

    def check(self, settings: EvaluationSettings) -> None:
        """Raise DataError if images are missing or damaged."""
        for part in _SEARCH_SPLITS:
            self.split(part, settings)

    def requirements(self) -> Sequence[Requirement]:
        """The images, which are stored with the supernet."""
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
                regular_file.open_file(path, _MAX_IMAGE_BYTES) as file,
                np.load(file, allow_pickle=False) as arrays,
            ):
                return Split(arrays["images"], arrays["labels"])
        except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile) as error:
            raise DataError(
                f"The images {path} cannot be read ({error}). Restore the file, or train the "
                f"supernet anew with {program.name()} train-supernet."
            ) from error


class TrainedSupernet(ElasticMobileNet):
    """The built-in architecture with weights trained on a user's images."""

    task: StoredImages
    licence = "Trained here: you decide, within the licence of the images."

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
        images = f"{kind.size} x {kind.size} {'grey' if kind.channels == 1 else 'colour'} images"
        self.description = (
            f"Elastic MobileNetV3 for {images} of {len(kind.classes)} classes, trained here on "
            f"{counts['training']:,} images of {card.origin}. "
            + " and ".join(f"{acc:.1f} % ({end})" for end, acc in card.accuracy.items())
            + " of the validation images are classified correctly."
        )

    def bounds(self, name: str) -> tuple[float | None, float]:
        """As for the built-in supernet; accuracy starts below that of the smallest sub-network."""
        if name in ("acc", "acc_top5"):
            smallest = self.card.accuracy["smallest"]
            return max(0.0, _ACCURACY_STEP * math.floor(smallest / _ACCURACY_STEP - 0.5)), 100.0
        return super().bounds(name)

    def fingerprint(self, settings: EvaluationSettings) -> str:
        """A digest of the weights, the protocol and the images that a search uses."""
        weights = hashlib.sha256(quality_protocol(settings, self.task).encode())
        for path in [self.weights, *(SHIPPED / f"{part}.npz" for part in _SEARCH_SPLITS)]:
            weights.update(sha256(path))
        digest = hashlib.sha256(f"{weights.hexdigest()} {asdict(self.card.kind)}".encode())
        for path in self.task.files():
            digest.update(sha256(path))
        return digest.hexdigest()

    def stored_files(self, settings: EvaluationSettings) -> Sequence[Path]:
        """Those of its folder, without what continues a training."""
        arrays = [f"{part}.npz" for part in SPLITS]
        return [self.folder / name for name in (CARD, WEIGHTS, COSTS, STATE, *arrays)]

    def check_data(self, settings: EvaluationSettings) -> None:
        """Raise DataError if weights, costs or images are missing or damaged."""
        super().check_data(settings)
        self.exact_metrics(self.space.smallest)
