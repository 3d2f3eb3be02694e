"""Whether sub-networks of equal cost differ in quality by more than noise."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch

from engine.compat.torch import tree_map
from engine.devices import Precision
from engine.metrics import Metric
from engine.supernets.elastic.elastic_data import ElasticData
from engine.tasks.statistics import calibrated_network
from engine.training.elastic.resolutions import extracted
from engine.training.elastic.sampling import macs_range, nearest_networks

if TYPE_CHECKING:
    from engine.supernets.elastic.network import ElasticNetwork

_NETWORKS = 12
_FEWEST_PARTS = 2
_CLEARLY = 2.0  # times the noise


@dataclass(frozen=True)
class Spread:
    """The quality of random sub-networks at about half of the MACs.

    `deviation` is the standard deviation between them, and `noise` the part of it that comes from
    the choice of validation data; both in the unit of the metric.
    """

    metric: Metric
    deviation: float
    noise: float

    @property
    def is_worth_a_search(self) -> bool:
        """Whether sub-networks differ clearly."""
        return self.deviation > _CLEARLY * self.noise

    def sentence(self) -> str:
        """What follows for a search, in words."""
        unit = f" {self.metric.unit}" if self.metric.unit else ""
        figures = (
            f"random sub-networks of equal MACs have a standard deviation of {self.deviation:.2g}"
            f"{unit} in {self.metric.label}; noise alone gives {self.noise:.2g}{unit}"
        )
        if self.is_worth_a_search:
            return f"A search is worth it: {figures}."
        return (
            f"A search for the best of equal MACs gains little: {figures}. It still finds "
            "the sizes that meet limits of latency, parameters or memory."
        )


def quality_spread(
    network: "ElasticNetwork", data: ElasticData, precision: Precision = "fp32", seed: int = 0
) -> Spread | None:
    """The spread of random sub-networks; None if the validation data have a single batch.

    The noise is estimated from how differently batches of validation data rank the sub-networks.
    """
    rng = np.random.default_rng(seed)
    low, high = macs_range(network)
    genotypes = nearest_networks(network, np.full(_NETWORKS, (low + high) / 2), rng)
    rows = [_batch_qualities(network, genotype, data, precision) for genotype in genotypes]
    values = np.array(rows)
    if values.shape[1] < _FEWEST_PARTS:
        return None
    return Spread(data.metrics[0], *spread_and_noise(values))


def spread_and_noise(values: npt.NDArray[np.float64]) -> tuple[float, float]:
    """The deviation of the means of `(networks, batches)` values, and its part that is noise.

    The noise is the standard error of a mean after the effects of network and batch are removed
    (analysis of variance in two ways).
    """
    networks, batches = values.shape
    means = values.mean(1)
    residuals = values - means[:, None] - values.mean(0)[None] + values.mean()
    variance = float((residuals**2).sum() / ((networks - 1) * (batches - 1)))
    return float(means.std(ddof=1)), float(np.sqrt(variance / batches))


def _batch_qualities(
    network: "ElasticNetwork", genotype: Any, data: ElasticData, precision: Precision
) -> list[float]:
    calibration = (inputs for inputs, _ in data.batches("calibration"))
    run = calibrated_network(extracted(network, genotype), calibration, precision)
    name = data.metrics[0].name
    with torch.inference_mode():
        return [
            float(data.score([tree_map(_on_cpu, run(inputs))], [target])[name])
            for inputs, target in data.batches("validation")
        ]


def _on_cpu(value: Any) -> Any:
    return value.cpu() if isinstance(value, torch.Tensor) else value
