"""The sources of a run's values (measured, predicted, ...), and metrics labelled by them."""

import functools
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Any

from engine import data_dir
from engine.config import NASConfig
from engine.config_options import without_undeclared_options
from engine.errors import DynasError
from engine.evaluation.record import Evaluation
from engine.meters import registry as meters
from engine.metrics import Definitions, Metric, defined_by
from engine.requirements import QualitySource
from engine.sources import combined_headline, is_predicted, labelled_metric
from engine.supernets import registry
from engine.supernets.base import Supernet


class LabelledMetrics:
    """The metrics of a run with `config`, labelled by the sources of its values so far.

    The run belongs to the data folder that is current when this is created.
    """

    config: NASConfig

    def __init__(self) -> None:
        self._sources: dict[str, frozenset[str]] = {}
        self._data_folder = data_dir.current()

    @property
    def data_folder(self) -> data_dir.DataFolder:
        """The data folder of the run."""
        return self._data_folder

    @property
    def supernet(self) -> Supernet:
        """The supernet, with the run's data folder; raises DynasError if it is not installed."""
        with data_dir.using(self._data_folder):
            return registry.load(self.config.dynas.supernet).with_options(self.config.settings)

    @property
    def objectives(self) -> list[Metric]:
        """The metrics that the run optimises; the first is the y axis, the second the x axis."""
        return [self.metric(name) for name in self.config.dynas.metrics]

    @property
    def provenance(self) -> str:
        """The kind of source of the objectives in one word: `measured`, `predicted`..."""
        return combined_headline(objective.source for objective in self.objectives)

    def metric(self, name: str) -> Metric:
        """The metric `name`, labelled by the sources of its values in this run.

        Before the first value, by the planned source. Raises ConfigError for an unknown metric.
        """
        with defined_by(self.config.definitions):
            return labelled_metric(name, self.sources(name))

    def own_metrics(self) -> AbstractContextManager[None]:
        """Inside the block, names of metrics mean what the log of this run defines.

        Enter it before values of one run are read or shown by the names of their metrics.
        """
        return defined_by(self.config.definitions)

    def sources(self, name: str) -> frozenset[str]:
        """The sources of a metric's values in this run, or the planned source; may be empty."""
        if recorded := self._sources.get(name):
            return recorded
        planned_source = self._planned_sources.get(name)
        return frozenset({planned_source} if planned_source else ())

    @functools.cached_property
    def _planned_sources(self) -> Mapping[str, str]:
        try:
            with data_dir.using(self._data_folder):
                supernet = registry.load(self.config.dynas.supernet)
                return meters.sources(supernet, self.config.settings)
        except DynasError:
            return {}  # its package is not installed

    def _add_sources(self, new_evaluations: Iterable[Evaluation]) -> None:
        for name, source in {pair for e in new_evaluations if e.ok for pair in e.sources.items()}:
            self._sources[name] = self._sources.get(name, frozenset()) | {source}


def quality_source(run: LabelledMetrics) -> QualitySource:
    """The source of a run's main quality metric: measured, or a published predictor."""
    try:
        return registry.load(run.config.dynas.supernet).quality_source(run.config.settings)
    except DynasError:  # its package is not installed: use the records
        recorded = [source for name in run.config.all_metrics for source in run.sources(name)]
        return "published predictor" if any(map(is_predicted, recorded)) else "measured"


_BESIDE_CONFIG = "confirm"  # a setting beside the configuration, which former versions would refuse


def config_for_log(config: NASConfig) -> dict[str, Any]:
    """A run's configuration in the data of its first event, as every version can read it."""
    data = config.to_dict()
    confirm = data["nas"]["dynas"].pop(_BESIDE_CONFIG, None)
    return {"config": data, **({} if confirm is None else {_BESIDE_CONFIG: confirm})}


def config_from_log(created: Mapping[str, Any], definitions: Definitions) -> NASConfig:
    """A run's configuration in the data of its first event; metrics mean what the log defines.

    Runs older than calibration get `calibrate = False`.
    """
    data = created["config"]
    section = data.get("nas", data)
    dynas = without_undeclared_options(section.get("dynas", {}))
    if dynas.get("accuracy_source", "measured") != "measured":  # the option's former name
        dynas.setdefault("calibrate", False)
    if _BESIDE_CONFIG in created:
        dynas[_BESIDE_CONFIG] = created[_BESIDE_CONFIG]
    with defined_by(definitions):
        config = NASConfig.from_dict({"nas": {**section, "dynas": dynas}})
    config.set_definitions(definitions)
    return config
