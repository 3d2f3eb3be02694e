"""The ImageNet supernets as the engine sees them."""

import functools
import hashlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from engine.errors import ConfigError, DataError, EvaluationError
from engine.metrics import Source
from engine.sources import EXTRAPOLATED
from engine.space import Config, Genotypes
from engine.supernets import devices
from engine.supernets.base import EvaluationSettings, Progress, Requirement, Stage, Supernet
from engine.supernets.cost_table import CostTable, read_tables, state_bytes
from engine.supernets.digest import sha256
from engine.supernets.ofa import catalogue, imagenet, needs
from engine.supernets.ofa.decoded_images import PROTOCOL as DECODING
from engine.supernets.ofa.downloads import OfficialFile
from engine.supernets.ofa.imagenet import Split
from engine.supernets.ofa.published_predictor import PublishedPredictor
from engine.supernets.protocol import protocol

if TYPE_CHECKING:
    from torch import nn

CLASSES = 1_000


class ImageNetSupernet(Supernet):
    """One of `catalogue.MODELS`, at one input resolution or with several to choose from.

    Accuracy is measured with the official weights on images the user has, or taken from a published
    predictor, which needs neither. Latency is timed here in both cases; without weights on random
    ones, which take as long.
    """

    accuracy_source = (
        "Measured on the validation images of the folder you give, with official weights; or read "
        "from the published accuracy predictor, without images."
    )

    def __init__(self, name: str) -> None:
        found = catalogue.find(name)
        if found is None:
            raise ConfigError(
                f"There is no ImageNet supernet '{name}'. Choose from: "
                f"{', '.join(catalogue.MODELS)}, with _r128-224 behind it to search resolutions."
            )
        self.model, self.resolutions = found
        self.name = name
        self.title = self.model.title + _inputs(self.resolutions)
        self.description = self.model.description
        self.space = self.model.space(self.resolutions)
        largest = max(self.resolutions)
        self.input_shape = (3, largest, largest)
        self.stages: tuple[Stage, ...] = tuple(
            Stage(s.channels, -(-s.resolution * largest // 224), s.blocks, s.stride)
            for s in self.model.stages
        )

    @functools.cached_property
    def _predictor(self) -> PublishedPredictor:
        return PublishedPredictor(self.model, self.space, self.resolutions)

    @functools.cached_property
    def _costs(self) -> dict[int, CostTable]:
        return read_tables(self.model.costs_path)

    @functools.cached_property
    def _state(self) -> CostTable:
        return CostTable.read(self.model.state_path)

    def macs_params(self, genotypes: Genotypes) -> npt.NDArray[np.int64]:
        """`(n, 2)` exact MACs at the input resolution and parameters of `(n, genes)` genotypes."""
        rows = self.space.rows(genotypes)
        if len(self.resolutions) == 1:
            return self._costs[self.resolutions[0]].macs_params(self.space, rows)
        costs = np.empty((len(rows), 2), dtype=np.int64)
        for choice, resolution in enumerate(self.resolutions):
            those = rows[:, -1] == choice
            costs[those] = self._costs[resolution].macs_params(self.space, rows[those])
        return costs

    def state_bytes(self, genotypes: Genotypes) -> npt.NDArray[np.int64]:
        """`(n,)` bytes of the state dicts of `(n, genes)` genotypes; resolution does not matter."""
        return state_bytes(self._state, self.space, genotypes)

    def sources(self, settings: EvaluationSettings) -> Mapping[str, Source]:
        """Top-1 by the chosen source; top-5 is only there where accuracy is measured."""
        sources = dict(super().sources(settings))
        if settings.accuracy_source == "published predictor":
            sources["acc"] = self._predictor.source(settings)
            del sources["acc_top5"]
        return sources

    def sources_of(self, genotype: Genotypes, settings: EvaluationSettings) -> Mapping[str, str]:
        """As `sources`; accuracy beyond the sub-networks of its calibration is extrapolated."""
        sources: dict[str, str] = dict(self.sources(settings))
        if self._predictor.extrapolates(genotype, settings)[0]:
            sources["acc"] += f", {EXTRAPOLATED}"
        return sources

    def predictions(
        self, genotypes: Genotypes, settings: EvaluationSettings
    ) -> Mapping[str, npt.NDArray[np.float64]]:
        """`(n,)` top-1 in % by the published predictor, where `settings` take accuracy from it."""
        if settings.accuracy_source == "measured":
            return {}
        return {"acc": self._predictor.top1(np.atleast_2d(genotypes), settings)}

    def bounds(self, metric: str) -> tuple[float | None, float]:
        """MACs and parameters of the largest and smallest sub-network; 70 to 100 % top-1."""
        (most, least), (largest, smallest) = self._cost_bounds
        return {
            "acc": (70.0, 100.0),
            "acc_top5": (85.0, 100.0),
            "macs": (most, least),
            "params": (largest, smallest),
        }.get(metric, (None, 0.0))

    @functools.cached_property
    def _cost_bounds(self) -> tuple[tuple[float, float], ...]:
        """MACs, then parameters, each of the largest sub-network and of the smallest."""
        ends = self.macs_params(np.array([self.space.largest, self.space.smallest]))
        return tuple((float(largest), float(smallest)) for largest, smallest in ends.T)

    def _file(self, settings: EvaluationSettings) -> tuple[OfficialFile, str | None]:
        """The official file that accuracy depends on, and the user's path for it."""
        if settings.accuracy_source == "measured":
            return self.model.weights, settings.weights_path
        if self.model.predictor is None:
            raise self._predictor.missing()
        return self.model.predictor, settings.predictor_path

    def fingerprint(self, settings: EvaluationSettings) -> str:
        """A digest of the protocol and the weights and images, or the predictor, of `settings`."""
        file, given = self._file(settings)
        digest = hashlib.sha256(f"{protocol(settings)} {DECODING} ".encode())
        digest.update(settings.accuracy_source.encode() + sha256(file.located(given)))
        if (line := self._predictor.calibration(settings)) is not None:
            digest.update(
                f" {line.slope!r} {line.intercept!r} {self._predictor.source(settings)}".encode()
            )
        if settings.accuracy_source == "measured":
            digest.update(self._split(settings).digest.encode())
        return digest.hexdigest()

    def missing(self, settings: EvaluationSettings) -> list[str]:
        """A sentence for the weights or the predictor and one for the images, where missing."""
        sentences = []
        needed = [r for r in self.requirements() if r.serves == settings.accuracy_source]
        if not needed:
            return [str(self._predictor.missing())]
        for requirement in needed:
            try:
                requirement.locate(settings)
            except DataError as error:
                sentences.append(str(error))
        return sentences

    def requirements(self) -> Sequence[Requirement]:
        """Weights and images; and the published predictor, where there is one."""
        return needs.requirements(self.model, self.space, CLASSES)

    def fetchable(self, settings: EvaluationSettings) -> str:
        """The official weights, or the predictor, if they are needed and not there yet."""
        try:
            file, given = self._file(settings)
        except DataError:
            return ""
        return file.name if given is None and not file.path.exists() else ""

    def fetch(self, settings: EvaluationSettings, progress: Progress | None = None) -> None:
        """Download the official weights, or the predictor, unless `settings` give a path."""
        file, given = self._file(settings)
        if given is None:
            report = functools.partial(progress, file.name) if progress else None
            file.fetch(report)

    def describe_data(self, settings: EvaluationSettings) -> str:
        """What was found in the folder of images and what it is used for."""
        if settings.accuracy_source == "measured":
            return self._split(settings).description
        return self._predictor.description(settings)

    def check_data(self, settings: EvaluationSettings) -> None:
        """Raise DataError if the file or the images of `settings` are missing or damaged."""
        devices.check(settings.device, settings.precision, settings.threads)
        file, given = self._file(settings)
        file.located(given)
        if settings.accuracy_source == "measured":
            _ = self._split(settings).description
        else:
            self._predictor.top1(self.space.smallest, settings)

    def subnetwork(
        self, config: Mapping[str, Any], settings: EvaluationSettings | None = None
    ) -> "nn.Module":
        """The sub-network as a plain `ofa` module with the official weights.

        Its batch-norm statistics are recomputed where `settings` name images. Without them they are
        the supernet's and fit no sub-network: recompute them before use.
        """
        from engine.supernets.ofa import measuring

        chosen, canonical = settings or EvaluationSettings(), self._canonical(config)
        weights = self.model.weights.located(chosen.weights_path)
        module = measuring.extracted(self.model, canonical, weights)
        if chosen.dataset_path is not None:
            measuring.recalibrate(module, canonical, self._split(chosen), "fp32")
        return module

    def measure(
        self, config: Mapping[str, Any], metrics: Sequence[str], settings: EvaluationSettings
    ) -> dict[str, float]:
        """`acc`, `acc_top5`, `test_acc` (%) and what `costs.measured` has, as asked."""
        devices.check(settings.device, settings.precision, settings.threads)
        unknown = [m for m in metrics if m not in self.sources(settings) and m != "test_acc"]
        if unknown:
            raise EvaluationError(
                f"{', '.join(unknown)} cannot be had with accuracy from the "
                f"{settings.accuracy_source}. Measure accuracy, or leave it out."
            )
        canonical = self._canonical(config)
        if settings.accuracy_source == "measured":
            from engine.supernets import costs
            from engine.supernets.ofa import measuring

            weights = self.model.weights.located(settings.weights_path)
            split = self._split(settings)
            module = measuring.extracted(self.model, canonical, weights, settings.device)
            values = measuring.accuracy(module, canonical, split, metrics, settings)
            values |= costs.measured(self, canonical, module, metrics, settings)
        else:
            values = self._predicted(canonical, metrics, settings)
        return values

    def _predicted(
        self, config: Config, metrics: Sequence[str], settings: EvaluationSettings
    ) -> dict[str, float]:
        from engine.supernets import costs
        from engine.supernets.ofa import measuring

        if "test_acc" in metrics:
            raise EvaluationError("A predictor has no test images. Choose measured accuracy.")
        values: dict[str, float] = {}
        if "acc" in metrics:
            genotype = self.space.encode(config)
            values["acc"] = float(self._predictor.accuracy(genotype, settings)[0])
        if set(metrics) - set(values):
            module = measuring.untrained(self.model, config).to(settings.device)
            values |= costs.measured(self, config, module, metrics, settings)
        return values

    def _canonical(self, config: Mapping[str, Any]) -> Config:
        """The config checked and without genes that have no effect: `ofa` takes anything."""
        return self.space.to_config(self.space.encode(config))

    def _split(self, settings: EvaluationSettings) -> Split:
        return imagenet.split(settings.dataset_path, settings.test_fraction, CLASSES)


def _inputs(resolutions: tuple[int, ...]) -> str:
    """What tells a title with other input resolutions from the usual one."""
    if resolutions == (catalogue.RESOLUTION,):
        return ""
    low, high = min(resolutions), max(resolutions)
    return f", {low} px" if low == high else f", {low}-{high} px"
