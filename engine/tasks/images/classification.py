"""The base class of image classification tasks."""

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import DataError
from engine.evaluation_settings import EvaluationSettings
from engine.metrics import Metric
from engine.notes import add_quality_notes
from engine.tasks.base import DataNames, DataSplit, Inputs, Network, Task
from engine.tasks.images.byte_classifier import byte_classifier
from engine.tasks.images.metrics import ACC, ACC_TOP5

if TYPE_CHECKING:
    from torch import Tensor

_RANKS = {ACC.name: 1, ACC_TOP5.name: 5}
_FEW_CLASSES = 10  # up to which top-5 accuracy is not informative


class ImageClassification(Task):
    """Classification of images `(n, channels, side, side)` with top-1 and top-5 accuracy.

    `side` is the default resolution in pixels; a sub-network may have another one. Top-5 is omitted
    for ten classes or fewer. `mean` and `std`, one per channel, normalise images scaled to [0, 1].
    """

    name = "image_classification"
    data_names = DataNames("image", "images", "validation images", "test images")
    input_name, output_name = "images", "logits"

    def __init__(
        self,
        class_count: int,
        side: int,
        mean: Sequence[float],
        std: Sequence[float],
        classes: Sequence[str] = (),
    ) -> None:
        self.class_count, self.channels, self.side = class_count, len(mean), side
        self.mean, self.std, self.classes = tuple(mean), tuple(std), tuple(classes)
        self.metrics: tuple[Metric, ...] = (ACC, ACC_TOP5)[: 1 + (class_count > _FEW_CLASSES)]

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """Channels, height and width of an image."""
        return self.channels, self.side, self.side

    def example_inputs(self, count: int, resolution: int | None = None) -> Inputs:
        """Images of normalised noise, channels last in memory."""
        import torch

        side = resolution or self.side
        generator = torch.Generator().manual_seed(0)
        images = torch.randn(count, self.channels, side, side, generator=generator)
        return images.contiguous(memory_format=torch.channels_last)

    def quality(
        self,
        network: Network,
        part: DataSplit,
        metrics: Sequence[str],
        settings: EvaluationSettings,
        resolution: int | None = None,
    ) -> Mapping[str, float]:
        """The requested top-1 and top-5 accuracies in %, in one pass over the images."""
        from engine.tasks.images.accuracy import top_k

        classify, batches = network, None
        if classifier := byte_classifier(network):
            batches = self.byte_batches(part, settings, resolution)
            classify = classifier.classify_bytes
        if batches is None:
            classify, batches = network, self.batches(part, settings, resolution)
        counted = _CountedBatches(batches)
        accuracies = top_k(classify, counted, [_RANKS[name] for name in metrics])
        if part == "validation":
            add_quality_notes(inputs=counted.inputs)
        return dict(zip(metrics, accuracies, strict=True))

    def preprocessing(self, resolution: int | None = None) -> Mapping[str, Any]:
        """Size, channels and normalisation of uint8 images; layout of the batch."""
        return {
            "size": resolution or self.side,
            "channels": self.channels,
            "scale": 1 / 255,
            "mean": list(self.mean),
            "std": list(self.std),
            "layout": "NCHW",
        }

    def write_images(self, part: DataSplit, settings: EvaluationSettings, folder: Path) -> str:
        """Write the images of a part of the data into class folders in the new folder `folder`.

        Returns a sentence on them and where they are. Raises DataError if they cannot be written.
        """
        raise DataError(
            f"The task of this supernet keeps its {self.data_names.items} in a form of its own, "
            "from which no image files can be written."
        )

    def byte_batches(
        self, part: DataSplit, settings: EvaluationSettings, resolution: int | None = None
    ) -> "Iterable[tuple[Tensor, Tensor]] | None":
        """As `batches`, with `(n, h, w, c)` bytes on the processor; None for a task without them.

        A task with them has a `pixel_scale`.
        """
        return None

    @abstractmethod
    def batches(
        self, part: DataSplit, settings: EvaluationSettings, resolution: int | None = None
    ) -> "Iterable[tuple[Tensor, Tensor]]":
        """Batches of `(n, c, h, w)` images and `(n,)` labels of a part of the data."""


class _CountedBatches:
    """Batches of images and labels; `inputs` is the number of images so far."""

    def __init__(self, batches: "Iterable[tuple[Tensor, Tensor]]") -> None:
        self._batches, self.inputs = batches, 0

    def __iter__(self) -> "Iterator[tuple[Tensor, Tensor]]":
        for images, labels in self._batches:
            self.inputs += len(labels)
            yield images, labels
