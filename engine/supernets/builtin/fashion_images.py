"""The task of the built-in supernet: classification of Fashion-MNIST images."""

from collections.abc import Sequence
from pathlib import Path

from engine.digest import sha256
from engine.evaluation_settings import EvaluationSettings
from engine.options import Options, option
from engine.requirements import Requirement
from engine.supernets.builtin import fashion_mnist
from engine.supernets.builtin.elastic_mobilenet import image_requirement
from engine.tasks.base import digest_of
from engine.tasks.images.decoded_arrays import DecodedArrays
from engine.tasks.images.image_set import Split


class FashionOptions(Options):
    """The folder of the images."""

    dataset_path: str | None = option(
        None,
        "Data folder",
        "A folder with the four original Fashion-MNIST files.",
        path=True,
        hint="The images that ship with the supernet",
    )


class FashionImages(DecodedArrays):
    """Fashion-MNIST: the images in the package, or those of the original files."""

    Options = FashionOptions
    licence = "Fashion-MNIST: MIT License, Copyright (c) 2017 Zalando SE."
    origin = (
        "Measured on 5,000 validation images held out from training. The 10,000 test images stay "
        "unseen by the search, for the final test accuracy of the sub-networks you choose."
    )

    def __init__(self) -> None:
        super().__init__(fashion_mnist.KIND)

    def data_path(self, settings: EvaluationSettings) -> str | None:
        """The folder of the original files; None for the images in the package."""
        path: str | None = self.options(settings).dataset_path
        return path

    def split(self, name: str, settings: EvaluationSettings) -> Split:
        """The images of `validation`, `calibration` or `test`."""
        path = self.data_path(settings)
        if path is None:
            return fashion_mnist.load_shipped(name)
        folder = Path(path).expanduser()
        if name == "test":
            return fashion_mnist.read_original(folder, "test")
        return fashion_mnist.split_training_set(fashion_mnist.read_original(folder, "train"))[name]

    def validation_pixels(self, settings: EvaluationSettings) -> int:
        """Those of the validation images, which are as many in the original files."""
        return self.class_count * fashion_mnist.VALIDATION_PER_CLASS * self.side**2

    def files(self, settings: EvaluationSettings) -> list[Path]:
        """The files that determine a measured accuracy."""
        path = self.data_path(settings)
        if path is None:
            return [fashion_mnist.SHIPPED / f"{s}.npz" for s in ("validation", "calibration")]
        return sorted(Path(path).expanduser().glob("*-ubyte.gz"))

    def fingerprint(self, settings: EvaluationSettings) -> str:
        """A digest of those files."""
        return digest_of(*map(sha256, self.files(settings)))

    def check(self, settings: EvaluationSettings) -> None:
        """Raise DataError if images are missing or damaged."""
        self.split("validation", settings)

    def requirements(self) -> Sequence[Requirement]:
        """The images."""

        def locate(settings: EvaluationSettings) -> str:
            path = self.data_path(settings)
            if path is None:
                return str(fashion_mnist.SHIPPED)
            folder = Path(path).expanduser()
            fashion_mnist.find_original(folder)
            return str(folder)

        return [
            image_requirement(
                "Fashion-MNIST", "Part of DyNAS Studio, or your four original files.", locate,
                self, "task.dataset_path",
            )
        ]  # fmt: skip
