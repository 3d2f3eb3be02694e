"""Image classification on small decoded images in memory."""

from abc import abstractmethod
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.evaluation_settings import EvaluationSettings
from engine.tasks.base import DataSplit, Inputs
from engine.tasks.images import image_folders
from engine.tasks.images.classification import ImageClassification
from engine.tasks.images.image_set import Kind, Split, normalise
from engine.tasks.quality_protocol import CALIBRATION_BATCH, inputs_at_once

if TYPE_CHECKING:
    from torch import Tensor

_MAX_SPLITS = 4  # in memory
_SPLITS: dict[DataSplit, str] = {"validation": "validation", "held out": "test"}


class DecodedArrays(ImageClassification):
    """Images as uint8 arrays, in the splits `validation`, `calibration` and `test`."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(len(kind.classes), kind.size, kind.mean, kind.std, kind.classes)
        self.kind = kind
        self._tensors: dict[tuple[str, str | None], tuple[Tensor, Tensor]] = {}

    @abstractmethod
    def split(self, name: str, settings: EvaluationSettings) -> Split:
        """The images of a split and their labels; raises DataError if they cannot be read."""

    @abstractmethod
    def data_path(self, settings: EvaluationSettings) -> str | None:
        """The path of the data of `settings`; None for the default data."""

    def batches(
        self, part: DataSplit, settings: EvaluationSettings, resolution: int | None = None
    ) -> "Iterable[tuple[Tensor, Tensor]]":
        """Batches of images and their labels."""
        tensors = self.tensors(_SPLITS[part], settings)
        return zip(*(t.split(inputs_at_once(settings)) for t in tensors), strict=True)

    def calibration(
        self, settings: EvaluationSettings, resolution: int | None = None
    ) -> Iterable[Inputs]:
        """Batches of training images."""
        images, _ = self.tensors("calibration", settings)
        return tuple(images.split(CALIBRATION_BATCH))

    def tensors(self, name: str, settings: EvaluationSettings) -> "tuple[Tensor, Tensor]":
        """Normalised images `(n, c, h, w)` of a split and labels `(n,)`; cached in memory."""
        key = name, self.data_path(settings)
        if (tensors := self._tensors.get(key)) is None:
            tensors = self._normalised(name, settings)
            while len(self._tensors) >= _MAX_SPLITS:
                self._tensors.pop(next(iter(self._tensors)))
            self._tensors[key] = tensors
        return tensors

    def write_images(self, part: DataSplit, settings: EvaluationSettings, folder: Path) -> str:
        """Write the images of a part of the data as PNG files, as `ImageClassification`."""
        split = self.split(_SPLITS[part], settings)
        image_folders.write_arrays(split, self.classes, folder)
        return f"{len(split):,} {_SPLITS[part]} images of {self.class_count} classes in {folder}."

    def counts(self, settings: EvaluationSettings) -> str:
        """The number of images in each split, in words; raises DataError as `split`."""
        names = ("validation", "calibration", "test")
        counts = [f"{len(self.split(name, settings)):,} {name}" for name in names]
        return f"{', '.join(counts[:2])} and {counts[2]} images of {self.class_count} classes"

    def _normalised(self, name: str, settings: EvaluationSettings) -> "tuple[Tensor, Tensor]":
        import torch

        data = self.split(name, settings)
        images = normalise(data.images, torch.device("cpu"), self.kind)
        return images, torch.from_numpy(data.labels.astype(np.int64))
