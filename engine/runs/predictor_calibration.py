"""Calibrates published predictors on a results file, and computes their raw predictions."""

from collections.abc import Collection
from dataclasses import asdict
from pathlib import Path

import numpy as np

from engine import sources
from engine.config import NASConfig
from engine.errors import ConfigError, DataError
from engine.evaluation.record import Evaluation
from engine.meters.registry import subnetwork_sources
from engine.runs.importing.source_file import read_file
from engine.runs.results_csv import read_results
from engine.space import Genotypes
from engine.supernets.base import EvaluationSettings, Supernet
from engine.supernets.predictor_calibration import Calibration, fit_line


def calibrated_config(config: NASConfig, supernet: Supernet) -> NASConfig:
    """`config` with the calibration of its predictor on the CSV it names; else unchanged.

    Raises ConfigError if the supernet has no predictor, or the file cannot be used.
    """
    options = supernet.options(config.settings)
    path = getattr(options, "calibration_path", None)
    if path is None:
        return config
    if supernet.quality_source(config.settings) == "measured" or not options.calibrate:
        return config  # `unused_settings` reports it
    calibration = fit_calibration(Path(path).expanduser(), supernet, config.settings)
    data = config.to_dict()
    data["nas"]["dynas"]["supernet_options"]["calibration"] = asdict(calibration)
    return NASConfig.from_dict(data)


def fit_calibration(path: Path, supernet: Supernet, settings: EvaluationSettings) -> Calibration:
    """The linear fit of measured accuracies in a results CSV on the predictions for them.

    Raises ConfigError for a file that cannot be used, DataError for a predictor that is missing.
    """
    quality = supernet.task.metrics[0]
    measured_evaluations = [
        e for e in _read_file(path, supernet) if e.sources.get(quality.name) == sources.IMPORTED
    ]
    if not measured_evaluations:
        label = quality.label[0].lower() + quality.label[1:]
        raise ConfigError(
            f"calibration_path: {path.name} has no sub-network with a measured {label}. "
            "Choose another file, or leave calibration_path out."
        )
    rows = np.array([e.genotype for e in measured_evaluations], dtype=np.int64)
    predictions = supernet.predictions(rows, settings).get(quality.name)
    if predictions is None:
        raise ConfigError(
            f"calibration_path: {supernet.name} has no published predictor that could be "
            "calibrated. Leave calibration_path out."
        )
    values = np.array([e.metrics[quality.name] for e in measured_evaluations])
    sides = [supernet.resolution(e.config) for e in measured_evaluations]
    resolutions = [side for side in sides if side is not None]
    try:
        return fit_line(predictions, values, resolutions, path.name)
    except DataError as error:
        raise ConfigError(f"calibration_path: {error}") from None


def _read_file(path: Path, supernet: Supernet) -> list[Evaluation]:
    """The distinct sub-networks of a results CSV."""
    try:
        return read_results(read_file(path), supernet, path.name)
    except ConfigError as error:
        raise ConfigError(f"calibration_path: {error}") from None


def uncalibrated_metrics(
    supernet: Supernet,
    genotype: Genotypes,
    settings: EvaluationSettings,
    names: Collection[str],
) -> dict[str, float]:
    """The raw predictions for those metrics of a sub-network whose values are calibrated."""
    calibrated_names = [
        name
        for name, source in subnetwork_sources(supernet, genotype, settings).items()
        if name in names and sources.is_calibrated(source)
    ]
    if not calibrated_names:
        return {}
    predictions = supernet.predictions(genotype[None], settings)
    return {name: float(predictions[name][0]) for name in calibrated_names}
