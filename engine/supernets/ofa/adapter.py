"""Once-for-All's ImageNet supernets as supernets of the engine."""

import functools
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt

from engine import devices
from engine.digest import sha256
from engine.errors import ConfigError, DataError
from engine.metrics import Source
from engine.requirements import Progress, QualitySource, Requirement
from engine.sources import EXTRAPOLATED
from engine.space import Config, Genotypes
from engine.supernets.base import EvaluationSettings, Stage, Supernet
from engine.supernets.cost_table import CostTable, read_tables, state_bytes
from engine.supernets.ofa import catalogue, requirements
from engine.supernets.ofa.official_file import OfficialFile
from engine.supernets.ofa.options import PREDICTOR, OfaOptions
from engine.supernets.ofa.published_predictor import PublishedPredictor
from engine.supernets.ofa.table_layers import read_layers
from engine.supernets.table_layers import TableLayers
from engine.tasks.images.class_folders import ClassFolders
from engine.tasks.images.decoded_images import PROTOCOL as DECODING
from engine.tasks.quality_protocol import quality_protocol

if TYPE_CHECKING:
    from torch import nn

CLASSES = 1_000
_NOISE_IMAGES = 8  # for the batch-norm statistics of networks with random weights


class ImageNetSupernet(Supernet):
    """One of `catalogue.MODELS`, at one input resolution or with the resolution as a gene.

    Accuracy is measured with the official weights on the user's images, or predicted by a published
    predictor, which needs neither. Latency is measured in both cases; with a predictor the weights
    are random, which does not change the latency.
    """

    task: ClassFolders
    Options = OfaOptions
    licence = (
        "MIT License, Copyright (c) 2021 Han Cai: that of the repository mit-han-lab/once-for-all, "
        "which publishes the official weights. Weights of your own have yours."
    )
    quality_sources: tuple[QualitySource, ...] = ("measured", PREDICTOR)

    @property
    def origin(self) -> str:
        """The possible sources of accuracy."""
        return (
            "Measured on the validation images of the folder you give, with official weights; or "
            "read from the published accuracy predictor, without images."
        )

    def __init__(self, name: str) -> None:
        model_and_resolutions = catalogue.find(name)
        if model_and_resolutions is None:
            raise ConfigError(
                f"There is no ImageNet supernet '{name}'. Choose from: "
                f"{', '.join(catalogue.MODELS)}, with _r128-224 behind it to search resolutions."
            )
        self.model, self.resolutions = model_and_resolutions
        self.name = name
        resolutions = catalogue.resolution_text(self.resolutions)
        self.title = self.model.title + resolutions
        self.short_title = self.model.short_title + resolutions
        self.description = self.model.description
        self.space = self.model.space(self.resolutions)
        largest = max(self.resolutions)
        self.task = ClassFolders(
            CLASSES,
            largest,
            requirements.IMAGES,
            f"Your folder with ImageNet, or other images in {CLASSES:,} class folders.",
        )
        if self.model.predictor is None:
            self.quality_sources = ("measured",)
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

    def with_options(self, settings: EvaluationSettings) -> Self:
        """Itself: no option changes what a sub-network costs."""
        return self

    def macs_params(self, genotypes: Genotypes) -> npt.NDArray[np.int64]:
        """`(n, 2)` exact MACs at the input resolution and parameters of `(n, genes)` genotypes."""
        rows = self.space.rows(genotypes)
        if len(self.resolutions) == 1:
            return self._costs[self.resolutions[0]].macs_params(self.space, rows)
        costs = np.empty((len(rows), 2), dtype=np.int64)
        for choice, resolution in enumerate(self.resolutions):
            mask = rows[:, -1] == choice
            costs[mask] = self._costs[resolution].macs_params(self.space, rows[mask])
        return costs

    def state_bytes(self, genotypes: Genotypes) -> npt.NDArray[np.int64]:
        """`(n,)` bytes of the state dicts of `(n, genes)` genotypes; resolution does not matter."""
        return state_bytes(self._state, self.space, genotypes)

    @functools.cached_property
    def table_layers(self) -> Mapping[int, TableLayers]:
        """The layers of sub-networks by input resolution; none for ResNet50."""
        path = self.model.layers_path
        return {r: read_layers(path, r) for r in self.resolutions} if path else {}

    def quality_source(self, settings: EvaluationSettings) -> QualitySource:
        """The source selected in the options."""
        source: QualitySource = self.options(settings).accuracy_source
        return source

    def describe_options(self, settings: EvaluationSettings) -> str:
        """The scale of predicted accuracies."""
        options = self.options(settings)
        if options.accuracy_source == "measured" or self.model.predictor is None:
            return ""
        return self._predictor.description(options)

    def options_for(self, source: QualitySource) -> Mapping[str, Any]:
        """No option for measured accuracy, which is the default."""
        return {} if source == "measured" else {"accuracy_source": source}

    def quality_metric_sources(self, settings: EvaluationSettings) -> Mapping[str, Source]:
        """Top-1 from the selected source; top-5 only if accuracy is measured."""
        options = self.options(settings)
        if options.accuracy_source == PREDICTOR:
            return {"acc": self._predictor.source(options)}
        return super().quality_metric_sources(settings)

    def subnetwork_sources(
        self, genotype: Genotypes, settings: EvaluationSettings
    ) -> Mapping[str, str]:
        """Accuracy outside the range of the calibration is extrapolated."""
        options = self.options(settings)
        if not self._predictor.extrapolates(genotype, options)[0]:
            return {}
        return {"acc": f"{self._predictor.source(options)}, {EXTRAPOLATED}"}

    def predictions(
        self, genotypes: Genotypes, settings: EvaluationSettings
    ) -> Mapping[str, npt.NDArray[np.float64]]:
        """`(n,)` top-1 in % by the published predictor, if it is the source of accuracy."""
        options = self.options(settings)
        if options.accuracy_source == "measured":
            return {}
        return {"acc": self._predictor.top1(np.atleast_2d(genotypes), options)}

    def predicted_qualities(
        self, genotypes: Genotypes, settings: EvaluationSettings
    ) -> Mapping[str, npt.NDArray[np.float64]]:
        """`(n,)` top-1 in % of `(n, genes)` genotypes, calibrated according to the options."""
        return {"acc": self._predictor.accuracy(genotypes, self.options(settings))}

    def computed_quality_metrics(self, settings: EvaluationSettings) -> Sequence[str]:
        """Top-1 from the predictor, once the line of its calibration is known."""
        if self._predictor.awaits_calibration(self.options(settings)):
            return []
        return super().computed_quality_metrics(settings)

    def bounds(self, name: str) -> tuple[float | None, float]:
        """As for any supernet, but accuracy from 70 % (85 % top-5) and sizes from measured ones."""
        special = {"acc": (70.0, 100.0), "acc_top5": (85.0, 100.0), "size": (None, 0.0)}
        return special[name] if name in special else super().bounds(name)

    def _file(self, options: OfaOptions) -> tuple[OfficialFile, str | None]:
        """The official file that determines accuracy, and the user's path for it."""
        if options.accuracy_source == "measured":
            return self.model.weights, options.weights_path
        if self.model.predictor is None:
            raise self._predictor.absence_error()
        return self.model.predictor, options.predictor_path

    def fingerprint(self, settings: EvaluationSettings) -> str:
        """A digest of the protocol and the weights and images, or the predictor, of `settings`."""
        options = self.options(settings)
        file, user_path = self._file(options)
        measured_task = self.task if options.accuracy_source == "measured" else None
        protocol = quality_protocol(settings, measured_task)
        digest = hashlib.sha256(f"{protocol} {DECODING} ".encode())
        digest.update(options.accuracy_source.encode() + sha256(file.locate(user_path)))
        if (line := self._predictor.calibration(options)) is not None:
            digest.update(
                f" {line.slope!r} {line.intercept!r} {self._predictor.source(options)}".encode()
            )
        if options.accuracy_source == "measured":
            digest.update(self.task.split(settings).digest.encode())
        return digest.hexdigest()

    def missing_requirements(self, settings: EvaluationSettings) -> list[str]:
        """A sentence for the weights or the predictor and one for the images, where missing."""
        sentences = []
        source = self.quality_source(settings)
        source_requirements = [r for r in self.requirements() if r.serves == source]
        if not source_requirements:
            return [str(self._predictor.absence_error())]
        for requirement in source_requirements:
            try:
                requirement.locate(settings)
            except DataError as error:
                sentences.append(str(error))
        return sentences

    def requirements(self) -> Sequence[Requirement]:
        """Weights, images and, if there is one, the published predictor."""
        return requirements.requirements(self.model, self.space, self.task, self.options)

    def downloadable_file(self, settings: EvaluationSettings) -> str:
        """The official weights, or the predictor, if they are needed and not downloaded."""
        try:
            file, user_path = self._file(self.options(settings))
        except DataError:
            return ""
        return file.name if user_path is None and not file.path.exists() else ""

    def stored_files(self, settings: EvaluationSettings) -> Sequence[Path]:
        """The official file that determines accuracy, unless `settings` give a path."""
        file, user_path = self._file(self.options(settings))
        return [file.path] if user_path is None else []

    def fetch(self, settings: EvaluationSettings, progress: Progress | None = None) -> None:
        """Download the official weights, or the predictor, unless `settings` give a path."""
        file, user_path = self._file(self.options(settings))
        if user_path is None:
            report = functools.partial(progress, file.name) if progress else None
            file.fetch(report)

    def describe_data(self, settings: EvaluationSettings) -> str:
        """The images in the folder and their use, or a description of the predictor."""
        options = self.options(settings)
        if options.accuracy_source == "measured":
            return self.task.describe(settings)
        return self._predictor.description(options)

    def check_data(self, settings: EvaluationSettings) -> None:
        """Raise DataError if the file or the images of `settings` are missing or damaged."""
        devices.check(settings.device, settings.precision)
        options = self.options(settings)
        file, user_path = self._file(options)
        file.locate(user_path)
        if options.accuracy_source == "measured":
            self.task.check(settings)
        else:
            self._predictor.top1(self.space.smallest, options)

    def extract(self, config: Config, settings: EvaluationSettings) -> "nn.Module":
        """The sub-network as a plain `ofa` module with the official weights.

        If accuracy is predicted, the weights are random with matching batch-norm statistics, which
        does not change the latency.
        """
        from engine.supernets.ofa import elastic

        options = self.options(settings)
        if options.accuracy_source == PREDICTOR:
            inputs = self.task.example_inputs(_NOISE_IMAGES, self.resolution(config))
            return elastic.random_subnetwork(self.model, config, inputs).to(settings.device)
        weights = self.model.weights.locate(options.weights_path)
        return elastic.extract_subnetwork(self.model, config, weights, settings.device)

    def subnetwork(
        self, config: Mapping[str, Any], settings: EvaluationSettings | None = None
    ) -> "nn.Module":
        """The sub-network as a plain `ofa` module with the official weights.

        Its batch-norm statistics are recomputed if `settings` name images. Otherwise they are those
        of the supernet and fit no sub-network: recompute them before use.
        """
        from engine.supernets.ofa import elastic

        settings = settings or EvaluationSettings()
        if self.task.options(settings).dataset_path is not None:
            return super().subnetwork(config, settings)
        weights = self.model.weights.locate(self.options(settings).weights_path)
        return elastic.extract_subnetwork(self.model, self.canonical_config(config), weights)

    def resolution(self, config: Config) -> int:
        """The input resolution of a sub-network, from its gene or fixed."""
        side: int = config["r"][0]
        return side
