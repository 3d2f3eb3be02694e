"""ElasticImages: the task of image classifiers that users have brought."""

import zipfile
from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine import regular_file
from engine.digest import sha256
from engine.errors import DataError
from engine.evaluation_settings import EvaluationSettings
from engine.requirements import Requirement
from engine.supernets.builtin.elastic_mobilenet import image_requirement
from engine.tasks.base import DataSplit, Inputs, digest_of
from engine.tasks.images.decoded_arrays import DecodedArrays
from engine.tasks.images.image_set import Kind, Split

if TYPE_CHECKING:
    from torch import Tensor

SPLITS = ("validation", "calibration", "test")
_MAX_BYTES = 200 * regular_file.GB


class ElasticImages(DecodedArrays):
    """Images in memory, for a network of any size and any number of channels.

    `counts` are the numbers of images by split. `crop` is the share of the shorter side of image
    files that is kept. The layout in memory is the usual one, channels
    first: code of users may depend on it. Another `resolution` than the default one is scaled to.
    """

    def __init__(self, kind: Kind, counts: Mapping[str, int], crop: float) -> None:
        super().__init__(kind)
        self._counts, self._crop = dict(counts), crop
        self.origin = (
            f"Measured on {counts['validation']:,} validation images. {counts['test']:,} test "
            "images stay unseen by the search, for the final test accuracy of the sub-networks you "
            "choose."
        )

    def data_path(self, settings: EvaluationSettings) -> str | None:
        """None: the images are those that the network was made elastic with."""
        return None

    def validation_pixels(self, settings: EvaluationSettings) -> int:
        """Those of the validation images."""
        return self._counts["validation"] * self.side**2

    def example_inputs(self, count: int, resolution: int | None = None) -> Inputs:
        """Images of normalised noise."""
        images: Tensor = super().example_inputs(count, resolution)
        return images.contiguous()

    def batches(
        self, part: DataSplit, settings: EvaluationSettings, resolution: int | None = None
    ) -> "Iterable[tuple[Tensor, Tensor]]":
        """Batches of images and their labels."""
        for images, labels in super().batches(part, settings, resolution):
            yield self._scaled(images, resolution), labels

    def calibration(
        self, settings: EvaluationSettings, resolution: int | None = None
    ) -> Iterable[Inputs]:
        """Batches of training images."""
        for images in super().calibration(settings, resolution):
            yield self._scaled(images, resolution)

    @abstractmethod
    def split(self, name: str, settings: EvaluationSettings) -> Split:
        """The images of `validation`, `calibration` or `test`."""

    def preprocessing(self, resolution: int | None = None) -> Mapping[str, Any]:
        """As for any image classifier, with the centre crop if there is one."""
        crop = {"crop": self._crop} if self._crop < 1 else {}
        return {**super().preprocessing(resolution), **crop}

    def _scaled(self, images: "Tensor", resolution: int | None) -> "Tensor":
        from torch.nn.functional import interpolate

        if resolution in (None, self.side):
            return images.contiguous()
        return interpolate(
            images.contiguous(), (resolution, resolution), mode="bilinear", antialias=True
        )


class ImagesInMemory(ElasticImages):
    """The images of splits in memory."""

    def __init__(self, kind: Kind, splits: Mapping[str, Split], crop: float) -> None:
        super().__init__(kind, {name: len(split) for name, split in splits.items()}, crop)
        self._splits = splits

    def split(self, name: str, settings: EvaluationSettings) -> Split:
        """The images of a split."""
        return self._splits[name]

    def fingerprint(self, settings: EvaluationSettings) -> str:
        """A digest of the images that a search uses."""
        arrays = [a for name in SPLITS[:2] for a in vars(self._splits[name]).values()]
        return digest_of(str(self.kind), *(a.tobytes() for a in arrays))


class StoredImages(ElasticImages):
    """The images that are kept in the folder of a supernet."""

    def __init__(self, kind: Kind, counts: Mapping[str, int], crop: float, folder: Path) -> None:
        super().__init__(kind, counts, crop)
        self._folder = folder

    def files(self) -> list[Path]:
        """The files that determine a measured accuracy."""
        return [self._folder / f"{part}.npz" for part in SPLITS[:2]]

    def fingerprint(self, settings: EvaluationSettings) -> str:
        """A digest of those files and of the normalisation."""
        return digest_of(str(self.kind), *map(sha256, self.files()))

    def check(self, settings: EvaluationSettings) -> None:
        """Raise DataError if images are missing or damaged."""
        for part in SPLITS[:2]:
            self.split(part, settings)

    def requirements(self) -> Sequence[Requirement]:
        """The images, which are stored with the supernet."""
        key, place = f"{self._folder.name} images", str(self._folder)
        return [image_requirement(key, "Kept with the supernet.", lambda settings: place, self)]

    def split(self, name: str, settings: EvaluationSettings) -> Split:
        """The images of a split, from its file; raises DataError if it cannot be read."""
        path = self._folder / f"{name}.npz"
        try:
            with (
                regular_file.open_file(path, _MAX_BYTES) as file,
                np.load(file, allow_pickle=False) as arrays,
            ):
                return Split(arrays["images"], arrays["labels"])
        except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile) as error:
            raise DataError(
                f"The images {path} cannot be read ({error}). Restore the file, or make the "
                "network elastic again under the same name."
            ) from error
