"""Image classification on images in class folders, such as ImageNet's."""

import math
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from engine.errors import EvaluationError
from engine.evaluation_settings import EvaluationSettings
from engine.fast.pixel_scale import PixelScale
from engine.options import Options, option
from engine.requirements import Progress, Requirement
from engine.tasks.base import DataSplit, Inputs
from engine.tasks.images import (
    decoded_images,
    image_folders,
    pixel_files,
    validation_folders,
)
from engine.tasks.images.classification import ImageClassification
from engine.tasks.images.pixel_files import MEAN, STD, Pixels
from engine.tasks.images.prepared_images import DECODED
from engine.tasks.images.validation_folders import Images, Split
from engine.tasks.quality_protocol import CALIBRATION_BATCH, inputs_at_once

if TYPE_CHECKING:
    from torch import Tensor

_CHECK_INTERVAL = 60.0  # seconds

_open_files: dict[tuple[Path, tuple[Path, ...], int, bool], tuple[float, Pixels]] = {}


class ClassFolderOptions(Options):
    """The images that quality is measured on."""

    dataset_path: str | None = option(
        None,
        "Data folder",
        "A folder val, and train for calibration, with a folder of images a class.",
        path=True,
        hint="ImageNet, with val and train in it",
    )
    test_fraction: float = option(
        1.0,
        "Share of the validation images",
        "Accuracy is measured on this share of the images of each class, the same for all "
        "sub-networks: less is faster and less exact. The others are left for a final test.",
        step=0.01,
        gt=0,
        le=1,
    )


class ClassFolders(ImageClassification):
    """Images of `class_count` classes in `val/CLASS/` and `train/CLASS/`, normalised as ImageNet's.

    `data_key` and `data_origin` describe the requirement of the folder.
    """

    Options = ClassFolderOptions
    prepared_data = (DECODED,)
    trial_options = MappingProxyType({"test_fraction": 0.02})

    def __init__(self, class_count: int, side: int, data_key: str, data_origin: str) -> None:
        super().__init__(class_count, side, MEAN, STD)
        self.pixel_scale = PixelScale(MEAN, STD)
        self._key, self.origin = data_key, data_origin

    def split(self, settings: EvaluationSettings) -> Split:
        """The split of the images; raises DataError for a folder without images."""
        options = self.options(settings)
        return validation_folders.split(
            options.dataset_path, options.test_fraction, self.class_count
        )

    def batches(
        self, part: DataSplit, settings: EvaluationSettings, resolution: int | None = None
    ) -> "Iterator[tuple[Tensor, Tensor]]":
        """Batches of decoded images and their labels."""
        pixels, labels = self._decoded(part, settings, resolution)
        batches = pixel_files.batches(pixels, inputs_at_once(settings), settings.device)
        return zip(batches, labels, strict=True)

    def byte_batches(
        self, part: DataSplit, settings: EvaluationSettings, resolution: int | None = None
    ) -> "Iterator[tuple[Tensor, Tensor]]":
        """Batches of the bytes of decoded images and their labels."""
        pixels, labels = self._decoded(part, settings, resolution)
        batches = pixel_files.byte_batches(pixels, inputs_at_once(settings))
        return zip(batches, labels, strict=True)

    def _decoded(
        self, part: DataSplit, settings: EvaluationSettings, resolution: int | None
    ) -> "tuple[Pixels, tuple[Tensor, ...]]":
        """The decoded images of a part of the data, and their labels in batches."""
        import torch

        images = self._images(part, self.split(settings))
        labels = torch.from_numpy(images.labels).split(inputs_at_once(settings))
        return open_decoded(images, resolution or self.side, augmented=False), labels

    def calibration(
        self, settings: EvaluationSettings, resolution: int | None = None
    ) -> Iterable[Inputs]:
        """Batches of augmented training images."""
        images = open_decoded(
            self.split(settings).calibration, resolution or self.side, augmented=True
        )
        return pixel_files.batches(images, CALIBRATION_BATCH, settings.device)

    def write_images(self, part: DataSplit, settings: EvaluationSettings, folder: Path) -> str:
        """Link the images of a part of the data, unless it is all of a folder there already."""
        split = self.split(settings)
        images = self._images(part, split)
        if part == "validation" and not split.held_out and not len(split.unseen):
            return f"All {len(images):,} images in {split.folder} are the validation images."
        image_folders.link_files(images, folder)
        name = "validation" if part == "validation" else "test"
        return f"Links to the {len(images):,} {name} images of {split.folder} in {folder}."

    def _images(self, part: DataSplit, split: Split) -> Images:
        images = split.validation if part == "validation" else split.unseen
        if not len(images):
            raise EvaluationError(
                "All validation images take part in the search, so that none are left for a test. "
                "Set test_fraction below 1."
            )
        return images

    def validation_pixels(self, settings: EvaluationSettings) -> int:
        """Those of the images that a search uses, at the largest resolution."""
        return len(self.split(settings).validation) * self.side**2

    def fingerprint(self, settings: EvaluationSettings) -> str:
        """A digest of the images that determine a measured accuracy, and of the decoding."""
        return f"{decoded_images.PROTOCOL} {self.split(settings).digest}"

    def class_names(self, settings: EvaluationSettings) -> tuple[str, ...]:
        """The names of the class folders, in the order of the network's outputs."""
        return self.split(settings).class_names

    def check(self, settings: EvaluationSettings) -> None:
        """Raise DataError if images are missing or cannot be read."""
        self.describe(settings)

    def describe(self, settings: EvaluationSettings) -> str:
        """The images in the folder and their use."""
        return self.split(settings).description

    def preprocessing(self, resolution: int | None = None) -> Mapping[str, Any]:
        """As for any image classifier, with a centre crop."""
        return {**super().preprocessing(resolution), "crop": pixel_files.CENTRE}

    def requirements(self) -> list[Requirement]:
        """The folder of images."""

        def locate(settings: EvaluationSettings) -> str:
            folder = self.options(settings).dataset_path
            return str(validation_folders.find_validation_folder(folder, self.class_count))

        def check(settings: EvaluationSettings, progress: Progress) -> str:
            progress("Listing images", 0, None)
            folder = self.options(settings).dataset_path
            split = validation_folders.split(folder, 1.0, self.class_count)
            return split.describe(progress).removesuffix(".")

        return [
            Requirement(
                key=self._key,
                title="Images",
                origin=self.origin,
                serves="measured",
                locate=locate,
                check=check,
                option="task.dataset_path",
            )
        ]


def open_decoded(images: Images, resolution: int, augmented: bool) -> Pixels:
    """`pixel_files.open_pixels`, which checks every image file, at most once a minute.

    The check takes longer than a GPU needs to classify a tenth of the images.
    """
    key = (decoded_images.folder(), images.paths, resolution, augmented)
    checked_at, pixels = _open_files.get(key, (-math.inf, None))
    if pixels is None or time.monotonic() - checked_at > _CHECK_INTERVAL:
        pixels = pixel_files.open_pixels(images, resolution, augmented)
        _open_files[key] = (time.monotonic(), pixels)
    return pixels
