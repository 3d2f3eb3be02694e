"""Supernets that were trained here on a user's images, kept in the data folder and found by name.

`supernets/NAME/` holds a card (JSON), the weights, the table of costs, and the images that a search
needs, so that it can be searched without the folder it was trained on.
"""

import functools
import hashlib
import math
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, ValidationError

from engine import regular_file
from engine.data_dir import default_data_dir
from engine.digest import sha256
from engine.errors import ConfigError, DataError
from engine.metrics import Source
from engine.quoting import quoted
from engine.setting_errors import sentences
from engine.space import Genotypes
from engine.supernets.base import EvaluationSettings, Requirement, Stage
from engine.supernets.builtin.supernet import FashionSupernet, space
from engine.supernets.cost_table import CostTable, state_bytes
from engine.tasks.images.image_set import Kind, Split, normalise

if TYPE_CHECKING:
    from torch import Tensor

CARD, WEIGHTS, COSTS, STATE = "supernet.json", "weights.pt", "costs.json", "state.json"
_SEARCHED = ("validation", "calibration")
PARTS = (*_SEARCHED, "test")
_LARGEST_CARD = 10 * regular_file.MB
_LARGEST_IMAGES = 20 * regular_file.GB
_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,79}")
_FLOOR = 5.0  # points of accuracy: hypervolume starts to count at a multiple below the smallest's


class Card(BaseModel):
    """What a trained supernet is. `accuracy` is top-1 in % on the validation images."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: int = 1
    name: str
    kind: Kind
    origin: str
    counts: dict[str, int]
    accuracy: dict[str, float]
    recipe: str


def folder_of(name: str) -> Path:
    """Where the supernet called `name` is kept; raises ConfigError for what cannot be a name."""
    if not _NAME.fullmatch(name):
        raise ConfigError(
            f"{quoted(name)} cannot be the name of a supernet. Use letters, digits, -, _ and dots, "
            "and begin with a letter or a digit."
        )
    return default_data_dir() / "supernets" / name


def name_from(folder: Path) -> str:
    """A name for the supernet that is trained on the images in `folder`."""
    return re.sub(r"[^\w.-]+", "-", folder.resolve().name).strip("-._")


def names() -> list[str]:
    """The supernets that were trained here to the end."""
    found = (default_data_dir() / "supernets").glob(f"*/{CARD}")
    return sorted(path.parent.name for path in found)


def load(name: str) -> "TrainedSupernet":
    """The supernet called `name`, made anew when it was trained anew; raises DataError."""
    folder = folder_of(name)
    return _load(folder, (folder / CARD).stat().st_mtime_ns)


@functools.lru_cache(maxsize=16)
def _load(folder: Path, stamp: int) -> "TrainedSupernet":
    try:
        text = regular_file.read_text(folder / CARD, _LARGEST_CARD)
        card = Card.model_validate_json(text)
    except OSError as error:
        raise DataError(
            f"{folder / CARD} cannot be read ({error.strerror or error}). Restore it."
        ) from error
    except ValidationError as error:
        raise DataError(
            f"{folder / CARD} is damaged ({sentences(error, Card)}) Restore it, or train the "
            "supernet anew with python -m engine.training."
        ) from error
    return TrainedSupernet(folder, card)


class TrainedSupernet(FashionSupernet):
    """The built-in architecture with other weights, for other images."""

    def __init__(self, folder: Path, card: Card) -> None:
        super().__init__(folder / WEIGHTS)
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
        self.accuracy_source = (
            f"Measured on {counts['validation']:,} validation images. {counts['test']:,} test "
            "images stay unseen by the search, for the final test accuracy of the sub-networks you "
            "choose."
        )
        self.input_shape = (kind.channels, kind.size, kind.size)
        self.stages = stages(kind.size)
        self.space = space(kind.size)

    @functools.cached_property
    def _costs(self) -> CostTable:
        return CostTable.read(self.folder / COSTS)

    def state_bytes(self, genotypes: Genotypes) -> npt.NDArray[np.int64]:
        """`(n,)` bytes of the state dicts of `(n, genes)` genotypes."""
        return state_bytes(CostTable.read(self.folder / STATE), self.space, genotypes)

    def sources(self, settings: EvaluationSettings) -> Mapping[str, Source]:
        """All metrics; top-5 where there are more than ten classes."""
        sources = dict(super().sources(settings))
        if len(self.card.kind.classes) > 10:
            sources["acc_top5"] = "measured"
        return sources

    def bounds(self, metric: str) -> tuple[float | None, float]:
        """As the built-in one, with accuracies from below that of the smallest sub-network."""
        if metric == "acc":
            smallest = self.card.accuracy["smallest"]
            return max(0.0, _FLOOR * math.floor(smallest / _FLOOR - 0.5)), 100.0
        if metric == "acc_top5":
            return self.bounds("acc")
        return super().bounds(metric)

    def fingerprint(self, settings: EvaluationSettings) -> str:
        """A digest of weights and protocol, as of the built-in one, and of the images searched."""
        as_built_in = super().fingerprint(replace(settings, dataset_path=None))
        digest = hashlib.sha256(f"{as_built_in} {asdict(self.card.kind)}".encode())
        for part in _SEARCHED:
            digest.update(sha256(self.folder / f"{part}.npz"))
        return digest.hexdigest()

    def check_data(self, settings: EvaluationSettings) -> None:
        """Raise DataError if weights, costs or images are missing or damaged."""
        if settings.dataset_path is not None:
            raise DataError(
                f"{self.name} keeps its images itself: leave the data folder (dataset_path) empty."
            )
        super().check_data(settings)
        self.exact(self.space.smallest)
        self._split(None, "calibration")

    def requirements(self) -> Sequence[Requirement]:
        """Weights and images, both kept in the data folder."""
        return [
            self._own_weights(f"Trained here, from the images in {self.card.origin}."),
            Requirement(
                f"{self.name} images", "Images", "Kept since the training.", "measured",
                lambda settings: str(self.folder), self._check_images,
            ),
        ]  # fmt: skip

    @property
    def _classes(self) -> int:
        return len(self.card.kind.classes)

    @functools.cached_property
    def _net(self) -> Any:
        return self._loaded(self.card.kind)

    @functools.lru_cache(maxsize=4)  # noqa: B019 - one object a training, kept for good
    def _tensors(self, dataset_path: str | None, split: str) -> "tuple[Tensor, Tensor]":
        import torch

        data, kind = self._split(dataset_path, split), self.card.kind
        images = normalise(data.images, torch.device("cpu"), kind)
        return images, torch.from_numpy(data.labels.astype(np.int64))

    def _split(self, dataset_path: str | None, split: str) -> Split:
        path = self.folder / f"{split}.npz"
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


def stages(size: int) -> tuple[Stage, ...]:
    """The stages of the built-in architecture for images of `size` x `size` pixels."""
    found, side = [], -(-size // 2)
    for stage in FashionSupernet.stages:
        side = -(-side // stage.stride)
        found.append(Stage(stage.channels, side, stage.blocks, stage.stride))
    return tuple(found)
