"""`measure`: the metrics of one sub-network of a supernet."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from engine.data_dir import using
from engine.errors import SpaceError
from engine.evaluation_settings import EvaluationSettings
from engine.meters import pipeline
from engine.metrics import exported_value
from engine.python_api.arguments import checked_data_folder, wrong_argument
from engine.python_api.services import service_at
from engine.quoting import quoted
from engine.space import Config
from engine.supernets import registry
from engine.supernets.base import Supernet

_COSTS = ("macs", "params")


def measure(
    config: Mapping[str, Any] | Literal["largest", "smallest"],
    metrics: str | Sequence[str] | None = None,
    *,
    supernet: str | Supernet = registry.DEFAULT,
    settings: EvaluationSettings | None = None,
    data_dir: str | Path | None = None,
) -> dict[str, float]:
    """The metrics of one sub-network: each value in the unit of its metric, by name.

    `config` holds the choices of the sub-network, as `Evaluation.config` does, or is `largest` or
    `smallest`. `metrics` are names; by default the main quality of the supernet's task, `macs` and
    `params`. `supernet` is a name, or the object of a supernet that is being developed. `settings`
    say how it is measured, such as the device.

    A supernet that is named is loaded in a worker process, which stays for further calls; one that
    is an object is measured in this process. Nothing is read from the cache of measurements or
    stored there.

    Raises SpaceError for a sub-network that is not in the space of the supernet, ConfigError for a
    metric or a supernet that there is not, DataError for missing weights or data, EvaluationError
    if a metric cannot be measured.

    >>> sorted(measure("smallest", ["macs", "acc"]))
    ['acc', 'macs']
    >>> measure("largest", ["macs"])["macs"] > measure("smallest", ["macs"])["macs"]
    True
    """
    folder = checked_data_folder(data_dir)
    if settings is not None and not isinstance(settings, EvaluationSettings):
        raise wrong_argument("settings", "an EvaluationSettings", settings)
    if not isinstance(supernet, str | Supernet):
        raise wrong_argument("supernet", "the name of a supernet, or a Supernet", supernet)
    settings = settings or EvaluationSettings()
    with using(folder):
        loaded = registry.load(supernet) if isinstance(supernet, str) else supernet
        names = _metric_names(metrics, loaded)
        subnetwork = _subnetwork(config, loaded)
        if isinstance(supernet, Supernet):
            values = pipeline.measure(supernet, subnetwork, names, settings)
        else:
            side_measurements = service_at(folder).side_measurements
            values = side_measurements.values(supernet, settings, subnetwork, names)
    return {name: exported_value(name, value) for name, value in values.items()}


def _metric_names(metrics: object, supernet: Supernet) -> list[str]:
    if metrics is None:
        return [supernet.task.metrics[0].name, *_COSTS]
    names = [metrics] if isinstance(metrics, str) else metrics
    if not isinstance(names, Iterable) or isinstance(names, Mapping | bytes):
        raise wrong_argument("metrics", "names such as ['acc', 'lat']", metrics)
    checked = list(names)
    for name in checked:
        if not isinstance(name, str):
            raise wrong_argument("metrics", "names such as ['acc', 'lat']", metrics)
    if not checked:
        raise wrong_argument("metrics", "one name or more", metrics)
    return list(dict.fromkeys(checked))


def _subnetwork(config: object, supernet: Supernet) -> Config:
    if isinstance(config, Mapping):
        return dict(config)
    if isinstance(config, str) and config in ("largest", "smallest"):
        genotype = supernet.space.largest if config == "largest" else supernet.space.smallest
        return supernet.space.to_config(genotype)
    raise SpaceError(
        "config: give the choices of a sub-network, 'largest' or 'smallest', not "
        f"{quoted(config, 60)}."
    )
