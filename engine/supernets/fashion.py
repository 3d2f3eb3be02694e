"""The built-in supernet: elastic MobileNetV3 on Fashion-MNIST, shipped with weights and data."""

import copy
import functools
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from engine import regular_file
from engine.errors import DataError
from engine.metrics import Source
from engine.space import Genotypes, SearchSpace, mbconv_space
from engine.supernets import devices, fashion_mnist
from engine.supernets.base import EvaluationSettings, Progress, Requirement, Stage, Supernet
from engine.supernets.cost_table import STATE, CostTable, state_bytes
from engine.supernets.digest import sha256
from engine.supernets.image_set import Kind, Split
from engine.supernets.protocol import CALIBRATION_BATCH, images_at_once, protocol

if TYPE_CHECKING:
    from torch import Tensor, nn

    from engine.supernets.fused.kept import Kept

WEIGHTS = Path(__file__).parent / "fashion_weights.pt"
_LARGEST_WEIGHTS = regular_file.GB


def space(resolution: int) -> SearchSpace:
    """Three stages; configs of other programs may name the resolution, which is no choice here."""
    return replace(mbconv_space(stages=3, blocks=4), implied=(("r", (resolution,)),))


class FashionSupernet(Supernet):
    """`ofa_mbv3_fashion_d234_e346_k357`: 3 stages of 2-4 blocks, kernel 3/5/7, expansion 3/4/6."""

    name = "ofa_mbv3_fashion_d234_e346_k357"
    title = "MobileNetV3 on Fashion-MNIST"
    description = (
        "Elastic MobileNetV3 for 28 x 28 grey images, ten classes of clothing. "
        "Ships with weights and data: nothing to download."
    )
    accuracy_source = (
        "Measured on 5,000 validation images held out from training. The 10,000 test images stay "
        "unseen by the search, for the final test accuracy of the sub-networks you choose."
    )
    input_shape = (1, 28, 28)
    stages: tuple[Stage, ...] = (Stage(16, 14, 4, 1), Stage(24, 7, 4, 2), Stage(48, 4, 4, 2))

    def __init__(self, weights: Path = WEIGHTS) -> None:
        self.weights = weights
        self.space: SearchSpace = space(self.input_shape[-1])

    @functools.cached_property
    def _costs(self) -> CostTable:
        return CostTable.read()

    def macs_params(self, genotypes: Genotypes) -> npt.NDArray[np.int64]:
        """`(n, 2)` exact MACs and parameters of `(n, genes)` genotypes."""
        return self._costs.macs_params(self.space, genotypes)

    def state_bytes(self, genotypes: Genotypes) -> npt.NDArray[np.int64]:
        """`(n,)` bytes of the state dicts of `(n, genes)` genotypes."""
        return state_bytes(CostTable.read(STATE), self.space, genotypes)

    def sources(self, settings: EvaluationSettings) -> Mapping[str, Source]:
        """All metrics but top-5: of ten classes, five guesses are nearly always right."""
        sources = super().sources(settings)
        return {name: source for name, source in sources.items() if name != "acc_top5"}

    def bounds(self, metric: str) -> tuple[float | None, float]:
        """MACs and parameters of the largest and smallest sub-network; 85 and 100 % accuracy."""
        (most, least), (largest, smallest) = self._cost_bounds
        return {
            "acc": (85.0, 100.0),
            "acc_top5": (98.0, 100.0),
            "macs": (most, least),
            "params": (largest, smallest),
        }.get(metric, (None, 0.0))

    @functools.cached_property
    def _cost_bounds(self) -> tuple[tuple[float, float], ...]:
        """MACs, then parameters, each of the largest sub-network and of the smallest."""
        ends = self.macs_params(np.array([self.space.largest, self.space.smallest]))
        return tuple((float(largest), float(smallest)) for largest, smallest in ends.T)

    def fingerprint(self, settings: EvaluationSettings) -> str:
        """A digest of the weights file, the data files and the measuring protocol."""
        if settings.dataset_path is None:
            files = [fashion_mnist.SHIPPED / f"{s}.npz" for s in ("validation", "calibration")]
        else:
            folder = Path(settings.dataset_path).expanduser()
            files = sorted(folder.glob("*-ubyte.gz"))
        digest = hashlib.sha256(protocol(settings).encode())
        for path in [self.weights, *files]:
            digest.update(sha256(path))
        return digest.hexdigest()

    def check_data(self, settings: EvaluationSettings) -> None:
        """Raise DataError if the weights or the data of `settings` are missing or damaged."""
        devices.check(settings.device, settings.precision, settings.threads)
        self.fingerprint(settings)
        self._split(settings.dataset_path, "validation")

    def requirements(self) -> Sequence[Requirement]:
        """Weights and images, both of which ship."""
        return [
            self._own_weights("Part of DyNAS Studio."),
            Requirement(
                "Fashion-MNIST", "Images", "Part of DyNAS Studio, or your four original files.",
                "measured", self._images_place, self._check_images, "dataset_path",
            ),
        ]  # fmt: skip

    def _images_place(self, settings: EvaluationSettings) -> str:
        if settings.dataset_path is None:
            return str(fashion_mnist.SHIPPED)
        folder = Path(settings.dataset_path).expanduser()
        fashion_mnist.find_original(folder)
        return str(folder)

    def _check_weights(self, settings: EvaluationSettings, progress: Progress) -> str:
        return f"All {len(self._net.state_dict()):,} tensors fit the network"

    def _check_images(self, settings: EvaluationSettings, progress: Progress) -> str:
        names = ("validation", "calibration", "test")
        counts = [f"{len(self._split(settings.dataset_path, name)):,} {name}" for name in names]
        return f"{', '.join(counts[:2])} and {counts[2]} images of {self._classes} classes"

    def _own_weights(self, where: str) -> Requirement:
        return Requirement(
            f"{self.name} weights", "Weights", where, "measured",
            lambda settings: str(self.weights), self._check_weights,
        )  # fmt: skip

    @property
    def _classes(self) -> int:
        return len(fashion_mnist.CLASSES)

    @functools.cached_property
    def _kept(self) -> "Kept":
        from engine.supernets.fused.kept import Kept

        return Kept()

    def forget(self) -> None:
        """Let go of what sub-networks have in common."""
        vars(self).pop("_kept", None)

    @functools.cached_property
    def _net(self) -> Any:
        return self._loaded(fashion_mnist.KIND)

    @functools.lru_cache(maxsize=2)  # noqa: B019 - the registry keeps one object for good
    def _net_on(self, device: str) -> Any:
        """A copy on a GPU, from which it takes sub-networks without copying them there."""
        return copy.deepcopy(self._net).to(device)

    def _loaded(self, kind: Kind) -> Any:
        """The elastic network for images of a kind, with its weights."""
        import torch

        from engine.supernets.fashion_network import FashionMobileNetV3

        net = FashionMobileNetV3(len(kind.classes), kind.channels)
        try:
            with regular_file.opened(self.weights, _LARGEST_WEIGHTS) as file:
                state = torch.load(file, map_location="cpu", weights_only=True)
            net.load_state_dict({name: value.float() for name, value in state.items()})
        except Exception as error:  # torch raises many kinds for a damaged or hostile file
            raise DataError(
                f"The weights {self.weights} cannot be loaded: damaged, or of another network. "
                "Restore the file from "
                "the repository or train it anew with python -m engine.supernets.train."
            ) from error
        return net.eval()

    def subnetwork(
        self, config: Mapping[str, Any], settings: EvaluationSettings | None = None
    ) -> "nn.Module":
        """The sub-network as a plain `ofa` MobileNetV3, recalibrated on calibration images."""
        from engine.supernets import measurement

        module, chosen = self._extracted(config), settings or EvaluationSettings()
        measurement.recalibrate(module, self._calibration(chosen), kept=self._kept)
        return module

    def measure(
        self,
        config: Mapping[str, Any],
        metrics: Sequence[str],
        settings: EvaluationSettings,
    ) -> dict[str, float]:
        """`acc`, `test_acc` (%, top-1) and what `costs.measured` has of a sub-network, as asked."""
        from engine.supernets import costs, measurement

        devices.check(settings.device, settings.precision, settings.threads)
        module = self._extracted(config, settings.device)
        values: dict[str, float] = {}
        if {"acc", "acc_top5", "test_acc"} & set(metrics):
            images = self._calibration(settings)
            network = measurement.calibrated(module, images, settings.precision, self._kept)
        for metric, split, k in (
            ("acc", "validation", 1), ("acc_top5", "validation", 5), ("test_acc", "test", 1)
        ):  # fmt: skip
            if metric in metrics:
                tensors = self._tensors(settings.dataset_path, split)
                batches = zip(*(t.split(images_at_once(settings)) for t in tensors), strict=True)
                (values[metric],) = measurement.top_k(network, batches, [k])
        values |= costs.measured(self, config, module, metrics, settings)
        return values

    def _extracted(self, config: Mapping[str, Any], device: str = "cpu") -> "nn.Module":
        import torch

        net = self._net if device == "cpu" else self._net_on(device)
        # A config is checked and made canonical before ofa sees it: ofa takes anything.
        net.set_active_subnet(**self.space.to_config(self.space.encode(config)))
        module: nn.Module = net.get_active_subnet().eval()
        return module.to(memory_format=torch.channels_last)

    def _calibration(self, settings: EvaluationSettings) -> "tuple[Tensor, ...]":
        images, _ = self._tensors(settings.dataset_path, "calibration")
        return tuple(images.split(CALIBRATION_BATCH))

    @functools.lru_cache(maxsize=4)  # noqa: B019 - the registry keeps one object for good
    def _tensors(self, dataset_path: str | None, split: str) -> "tuple[Tensor, Tensor]":
        import torch

        data = self._split(dataset_path, split)
        x = torch.from_numpy(data.images.astype(np.float32) / 255)
        x = (x - fashion_mnist.PIXEL_MEAN) / fashion_mnist.PIXEL_STD
        images = x.unsqueeze(1).contiguous(memory_format=torch.channels_last)
        return images, torch.from_numpy(data.labels.astype(np.int64))

    def _split(self, dataset_path: str | None, split: str) -> Split:
        if dataset_path is None:
            return fashion_mnist.load_shipped(split)
        folder = Path(dataset_path).expanduser()
        if split == "test":
            return fashion_mnist.read_original(folder, "test")
        return fashion_mnist.split_training_set(fashion_mnist.read_original(folder, "train"))[split]
