"""Image classification on small images that are decoded and kept in memory."""

from abc import abstractmethod
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from engine.evaluation_settings import EvaluationSettings
from engine.tasks.base import Inputs, Part
from engine.tasks.images.classification import ImageClassification
from engine.tasks.images.image_set import Kind, Split, normalise
from engine.tasks.quality_protocol import CALIBRATION_BATCH, inputs_at_once

if TYPE_CHECKING:
    from torch import Tensor

_MOST_SPLITS = 4  # that are kept in memory, whatever else is set of a measurement
_SPLITS: dict[Part, str] = {"validation": "validation", "held out": "test"}


class DecodedArrays(ImageClassification):
    """Images as arrays of bytes, in splits: `validation`, `calibration` and `test`."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(len(kind.classes), kind.size, kind.mean, kind.std, kind.classes)
        self.kind = kind
        self._tensors: dict[tuple[str, str | None], tuple[Tensor, Tensor]] = {}

    @abstractmethod
    def split(self, name: str, settings: EvaluationSettings) -> Split:
        """The images of a split and their labels; raises DataError if they cannot be had."""

    @abstractmethod
    def place(self, settings: EvaluationSettings) -> str | None:
        """What tells the data of `settings` from other data; None for what ships."""

    def batches(
        self, part: Part, settings: EvaluationSettings, resolution: int | None = None
    ) -> "Iterable[tuple[Tensor, Tensor]]":
        """Batches of images as many as are classified at once, and their labels."""
        tensors = self.tensors(_SPLITS[part], settings)
        return zip(*(t.split(inputs_at_once(settings)) for t in tensors), strict=True)

    def calibration(
        self, settings: EvaluationSettings, resolution: int | None = None
    ) -> Iterable[Inputs]:
        """Batches of training images."""
        images, _ = self.tensors("calibration", settings)
        return tuple(images.split(CALIBRATION_BATCH))

    def tensors(self, name: str, settings: EvaluationSettings) -> "tuple[Tensor, Tensor]":
        """Normalised images `(n, c, h, w)` of a split and labels `(n,)`; kept in memory."""
        key = name, self.place(settings)
        if (found := self._tensors.get(key)) is None:
            found = self._normalised(name, settings)
            while len(self._tensors) >= _MOST_SPLITS:
                self._tensors.pop(next(iter(self._tensors)))
            self._tensors[key] = found
        return found

    def counts(self, settings: EvaluationSettings) -> str:
        """How many images there are of each split, in words; raises DataError as `split`."""
        names = ("validation", "calibration", "test")
        found = [f"{len(self.split(name, settings)):,} {name}" for name in names]
        return f"{', '.join(found[:2])} and {found[2]} images of {self.class_count} classes"

    def _normalised(self, name: str, settings: EvaluationSettings) -> "tuple[Tensor, Tensor]":
        import torch

        data = self.split(name, settings)
        images = normalise(data.images, torch.device("cpu"), self.kind)
        return images, torch.from_numpy(data.labels.astype(np.int64))
