"""Image classification on images in class folders, as ImageNet has them."""

import math
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from engine.errors import EvaluationError
from engine.evaluation_settings import EvaluationSettings
from engine.options import Options, option
from engine.requirements import Progress, Requirement
from engine.tasks.base import Inputs, Part
from engine.tasks.images import decoded_images, pixel_files, validation_folders
from engine.tasks.images.classification import ImageClassification
from engine.tasks.images.pixel_files import MEAN, STD, Pixels
from engine.tasks.images.prepared_images import DECODED
from engine.tasks.images.validation_folders import Images, Split
from engine.tasks.quality_protocol import CALIBRATION_BATCH, inputs_at_once

if TYPE_CHECKING:
    from torch import Tensor

_LOOK = 60.0  # seconds

_opened: dict[tuple[Path, tuple[Path, ...], int, bool], tuple[float, Pixels]] = {}


class ClassFolderOptions(Options):
    """Which images quality is measured on."""

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
    """Images in `val/CLASS/` and `train/CLASS/`, `class_count` of them, normalised as ImageNet's.

    `data_key` and `data_origin` are of the requirement that names the folder.
    """

    Options = ClassFolderOptions
    prepared_data = (DECODED,)
    trial_options = MappingProxyType({"test_fraction": 0.02})

    def __init__(self, class_count: int, side: int, data_key: str, data_origin: str) -> None:
        super().__init__(class_count, side, MEAN, STD)
        self._key, self.origin = data_key, data_origin

    def split(self, settings: EvaluationSettings) -> Split:
        """Which images are used for what; raises DataError for a folder without them."""
        options = self.options(settings)
        return validation_folders.split(
            options.dataset_path, options.test_fraction, self.class_count
        )

    def batches(
        self, part: Part, settings: EvaluationSettings, resolution: int | None = None
    ) -> "Iterator[tuple[Tensor, Tensor]]":
        """Batches of decoded images and their labels."""
        import torch

        split = self.split(settings)
        images = split.validation if part == "validation" else split.unseen
        if not len(images):
            raise EvaluationError(
                "All validation images take part in the search, so that none are left for a test. "
                "Set test_fraction below 1."
            )
        size = inputs_at_once(settings)
        found = decoded(images, resolution or self.side, augmented=False)
        batches = pixel_files.batches(found, size, settings.device)
        return zip(batches, torch.from_numpy(images.labels).split(size), strict=True)

    def calibration(
        self, settings: EvaluationSettings, resolution: int | None = None
    ) -> Iterable[Inputs]:
        """Batches of training images, as training saw them."""
        images = decoded(self.split(settings).calibration, resolution or self.side, augmented=True)
        return pixel_files.batches(images, CALIBRATION_BATCH, settings.device)

    def fingerprint(self, settings: EvaluationSettings) -> str:
        """A digest of the images that decide a measured accuracy, and how they are decoded."""
        return f"{decoded_images.PROTOCOL} {self.split(settings).digest}"

    def check(self, settings: EvaluationSettings) -> None:
        """Raise DataError if images are missing or cannot be read."""
        self.describe(settings)

    def describe(self, settings: EvaluationSettings) -> str:
        """What was found in the folder and what it is used for."""
        return self.split(settings).description

    def preprocessing(self, resolution: int | None = None) -> Mapping[str, Any]:
        """As of any image; the centre of a larger one is cut out."""
        return {**super().preprocessing(resolution), "crop": pixel_files.CENTRE}

    def requirements(self) -> list[Requirement]:
        """The folder of images."""

        def locate(settings: EvaluationSettings) -> str:
            folder = self.options(settings).dataset_path
            return str(validation_folders.look(folder, self.class_count))

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


def decoded(images: Images, resolution: int, augmented: bool) -> Pixels:
    """As `pixels.decoded`, which looks at every image file; here no more than once a minute.

    That takes longer than a GPU needs to classify a tenth of the images.
    """
    key = (decoded_images.folder(), images.paths, resolution, augmented)
    looked, found = _opened.get(key, (-math.inf, None))
    if found is None or time.monotonic() - looked > _LOOK:
        found = pixel_files.decoded(images, resolution, augmented)
        _opened[key] = (time.monotonic(), found)
    return found
