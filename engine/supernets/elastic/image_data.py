"""ImageData: labelled images with which an image classifier is made elastic."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.errors import DataError
from engine.evaluation_settings import EvaluationSettings
from engine.supernets.builtin import fashion_mnist
from engine.supernets.elastic.elastic_data import Batch, ElasticData, Part
from engine.supernets.elastic.image_task import SPLITS, ImagesInMemory
from engine.supernets.elastic.model_input import ImageInput
from engine.tasks.base import Inputs
from engine.tasks.elastic_task import distance_of_logits
from engine.tasks.images import training_folders
from engine.tasks.images.image_set import ImageSet, Kind, Split, augment, normalise
from engine.tasks.network_outputs import main_output

if TYPE_CHECKING:
    from torch import Tensor

BATCH = 128
_BATCHES_OF_SMALL_DATA = 8  # of an epoch at least, unless batches would be tiny
_SMALLEST_BATCH = 8
_EXAMPLES = 8
_SHIFT = 14  # one pixel of random shift for so many of the side
_SETTINGS = EvaluationSettings(batch_size=200)
_GREY, _COLOUR = 1, 3
_FORMS = (
    "Give a folder with CLASS/IMAGE files, one with train/CLASS/IMAGE and val/CLASS/IMAGE, or one "
    "with the four files of Fashion-MNIST."
)


class ImageData(ElasticData):
    """Images in memory, in the splits `training`, `calibration`, `validation` and `test`.

    Training images are shifted by up to a fourteenth of their side and, with `flip`, mirrored at
    random. A small training set has smaller batches than `batch`.
    """

    def __init__(
        self, images: ImageSet, origin: Path, crop: float = 1.0, batch: int = BATCH,
        flip: bool = True,
    ) -> None:  # fmt: skip
        self.images, self.origin, self.crop, self.flip = images, str(origin), crop, flip
        self.kind, self._training = images.kind, images.splits["training"]
        shared = len(self._training) // _BATCHES_OF_SMALL_DATA
        self.batch = min(batch, max(_SMALLEST_BATCH, shared), len(self._training))
        splits = {name: images.splits[name] for name in SPLITS}
        self._images = ImagesInMemory(images.kind, splits, crop)
        self.task, self.metrics = self._images, self._images.metrics

    @property
    def steps_per_epoch(self) -> int:
        """Full batches in the training images."""
        return len(self._training) // self.batch

    def training_batches(self, seed: int, epoch: int, first: int = 0) -> Iterator[Batch]:
        """Batches of augmented images and labels."""
        order = np.random.default_rng((seed, 0, epoch)).permutation(len(self._training))
        shift = max(1, self.kind.size // _SHIFT)
        for number in range(first, self.steps_per_epoch):
            part = order[number * self.batch : (number + 1) * self.batch]
            rng = np.random.default_rng((seed, 1, epoch, number))
            chosen = self._training.take(part)
            images = augment(chosen.images, rng, shift, self.flip)
            yield self._tensors(Split(images, chosen.labels))

    def batches(self, part: Part) -> Iterable[Batch]:
        """Batches of images and labels."""
        if part == "calibration":
            labels = self.images.splits["calibration"].labels
            images = list(self._images.calibration(_SETTINGS))
            starts = np.cumsum([0, *(len(batch) for batch in images)])
            return zip(images, np.split(labels, starts[1:-1]), strict=True)
        return self._images.batches(part, _SETTINGS)

    def loss(self, outputs: Any, target: Any) -> "Tensor":
        """Cross-entropy."""
        from torch.nn.functional import cross_entropy

        return cross_entropy(main_output(outputs), target)

    def distance(self, outputs: Any, original_outputs: Any) -> "Tensor":
        """The divergence of the classes' probabilities."""
        return distance_of_logits(outputs, original_outputs)

    def score(self, outputs: list[Any], targets: list[Any]) -> Mapping[str, float]:
        """Top-1 accuracy, and top-5 of many classes, in %."""
        from engine.tasks.images.accuracy import top_k

        ranks = (1, 5)[: len(self.metrics)]
        values = top_k(main_output, zip(outputs, targets, strict=True), ranks)
        return dict(zip((m.name for m in self.metrics), values, strict=True))

    @cached_property
    def example_inputs(self) -> Inputs:
        """The first validation images."""
        validation = self.images.splits["validation"]
        return self._tensors(validation.take(np.arange(min(_EXAMPLES, len(validation)))))[0]

    def describe(self) -> str:
        """Classes and numbers of images."""
        counts = ", ".join(f"{len(split):,} {name}" for name, split in self.images.splits.items())
        form = "grey" if self.kind.channels == _GREY else "colour"
        return (
            f"{len(self.kind.classes)} classes of {form} images in {self.origin}, "
            f"{self.kind.size} x {self.kind.size} pixels: {counts}."
        )

    def check_outputs(self, outputs: Any, what: str) -> None:
        """Raise DataError unless `outputs` of a network have an entry for each class."""
        logits = main_output(outputs)
        classes = len(self.kind.classes)
        if logits.ndim != 2:
            raise DataError(
                f"{what} returns an output of the shape {tuple(logits.shape)}, not (images, "
                "classes). For another task than image classification, define make_task()."
            )
        if logits.shape[1] != classes:
            raise DataError(
                f"{what} has {logits.shape[1]:,} outputs, but {self.origin} has {classes:,} "
                "classes. Give a network with an output for each class, in the order of their "
                "names."
            )

    def write(self, folder: Path) -> Mapping[str, Any]:
        """Store the images that a search needs."""
        for name in SPLITS:
            split = self.images.splits[name]
            np.savez_compressed(folder / f"{name}.npz", images=split.images, labels=split.labels)
        counts = {name: len(split) for name, split in self.images.splits.items()}
        return {"images": {"kind": asdict(self.kind), "counts": counts, "crop": self.crop}}

    def _tensors(self, split: Split) -> tuple["Tensor", "Tensor"]:
        import torch

        images = normalise(split.images, torch.device("cpu"), self.kind).contiguous()
        return images, torch.from_numpy(split.labels.astype(np.int64))


def read_images(
    folder: Path, image_input: ImageInput, size: int | None = None, batch: int = BATCH,
    flip: bool = True,
) -> ImageData:  # fmt: skip
    """The images of `folder` for a network: class folders, or the four files of Fashion-MNIST.

    `size` takes precedence over that of `image_input`. Raises DataError for another folder, a size
    that nothing tells, or channels that images do not have.
    """
    if image_input.channels not in (_GREY, _COLOUR):
        raise DataError(
            f"The network takes images of {image_input.channels} channels, but image files have "
            "1 or 3. Define make_task() in the file of the network, which reads the data."
        )
    if not folder.is_dir():
        raise DataError(f"There is no folder {folder}. {_FORMS}")
    if is_fashion := _holds_fashion_mnist(folder):
        images = _fashion_images(folder, size or image_input.size or fashion_mnist.KIND.size)
    elif not training_folders.holds_class_folders(folder):
        raise DataError(f"{folder} has no folders of images in it. {_FORMS}")
    elif side := size or image_input.size:
        colour = image_input.channels == _COLOUR
        images = training_folders.read(folder, side, colour, image_input.crop)
    else:
        raise DataError(
            "Nothing tells the size of the images that the network takes. Give --size, or define "
            "SIZE in its file."
        )
    kind = _kind(images.kind, image_input, is_fashion)
    crop = 1.0 if is_fashion else image_input.crop
    return ImageData(replace(images, kind=kind), folder, crop, batch, flip)


def _kind(kind: Kind, image_input: ImageInput, is_fashion: bool) -> Kind:
    """Classes and size of the images with the normalisation of the network.

    Grey images have their own where nothing tells that of the network, as has Fashion-MNIST.
    """
    told = bool(image_input.mean and image_input.std)
    if told or (image_input.channels == _COLOUR and not is_fashion):
        mean, std = image_input.normalisation
        return replace(kind, mean=mean, std=std)
    times = image_input.channels // kind.channels
    return replace(kind, mean=kind.mean * times, std=kind.std * times)


def _holds_fashion_mnist(folder: Path) -> bool:
    try:
        fashion_mnist.find_original(folder)
    except DataError:
        return False
    return True


def _fashion_images(folder: Path, size: int) -> ImageSet:
    train = fashion_mnist.read_original(folder, "train")
    splits = {
        **fashion_mnist.split_training_set(train),
        "test": fashion_mnist.read_original(folder, "test"),
    }
    kind = replace(fashion_mnist.KIND, size=size)
    return ImageSet(kind, {name: _resized(split, size) for name, split in splits.items()})


def _resized(split: Split, size: int) -> Split:
    """The images scaled to `size` x `size` pixels."""
    from PIL import Image

    if split.images.shape[1] == size:
        return split
    scaled = [
        np.asarray(Image.fromarray(image).resize((size, size), Image.Resampling.BILINEAR))
        for image in split.images
    ]
    return Split(np.stack(scaled), split.labels)
