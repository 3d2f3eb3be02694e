"""How the numbers of a run came about, and the metrics worded by that."""

import functools
from collections.abc import Iterable, Mapping
from typing import Any

from engine import data_dir
from engine.config import NASConfig
from engine.config_options import without_undeclared_options
from engine.errors import DynasError
from engine.evaluation.record import Evaluation
from engine.meters import registry as meters
from engine.metrics import Metric
from engine.requirements import QualitySource
from engine.sources import combined_headline, is_predicted, labelled_metric
from engine.supernets import registry
from engine.supernets.base import Supernet


class WordedMetrics:
    """The metrics of a run of `config`, labelled by the sources of its numbers so far.

    It is a run of the data folder that is the current one when this is made.
    """

    config: NASConfig

    def __init__(self) -> None:
        self._sources: dict[str, frozenset[str]] = {}
        self._folder = data_dir.current()

    @property
    def supernet(self) -> Supernet:
        """The supernet, as the run's data folder has it; raises DynasError if it is gone."""
        with data_dir.using(self._folder):
            return registry.load(self.config.dynas.supernet).with_options(self.config.settings)

    @property
    def objectives(self) -> list[Metric]:
        """The metrics that the run optimises; the first is the y axis, the second the x axis."""
        return [self.metric(name) for name in self.config.dynas.metrics]

    @property
    def provenance(self) -> str:
        """How the numbers of the objectives came about, in a word: `measured`, `predicted`..."""
        return combined_headline(objective.source for objective in self.objectives)

    def metric(self, name: str) -> Metric:
        """The metric called `name` as it is labelled in this run: by how its numbers came about.

        Before the first number, by how they are going to. Raises ConfigError if there is no such
        metric.
        """
        return labelled_metric(name, self.sources(name))

    def sources(self, name: str) -> frozenset[str]:
        """Where the numbers of a metric came from in this run, or will come from; may be empty."""
        if known := self._sources.get(name):
            return known
        planned = self._planned_sources.get(name)
        return frozenset({planned} if planned else ())

    @functools.cached_property
    def _planned_sources(self) -> Mapping[str, str]:
        try:
            with data_dir.using(self._folder):
                supernet = registry.load(self.config.dynas.supernet)
                return meters.sources(supernet, self.config.settings)
        except DynasError:
            return {}  # what is not known of a package that is gone, its records tell

    def _note_sources(self, fresh: Iterable[Evaluation]) -> None:
        for name, source in {pair for e in fresh if e.ok for pair in e.sources.items()}:
            self._sources[name] = self._sources.get(name, frozenset()) | {source}


def quality_source(run: WordedMetrics) -> QualitySource:
    """Where the quality of a run's sub-networks comes from: measured, or a published predictor."""
    try:
        return registry.load(run.config.dynas.supernet).quality_source(run.config.settings)
    except DynasError:  # its package is gone: the records tell
        told = [source for name in run.config.all_metrics for source in run.sources(name)]
        return "published predictor" if any(map(is_predicted, told)) else "measured"


def config_as_it_was(data: Mapping[str, Any]) -> NASConfig:
    """A run's configuration; one of before predictors could be calibrated took them as they are."""
    inner = data.get("nas", data)
    dynas = without_undeclared_options(inner.get("dynas", {}))
    if dynas.get("accuracy_source", "measured") != "measured":  # by the name of that time
        dynas.setdefault("calibrate", False)
    return NASConfig.from_dict({"nas": {**inner, "dynas": dynas}})
