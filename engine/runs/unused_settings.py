"""Settings of a search that were given and have no effect in it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from engine import sources
from engine.config import NASConfig, algorithms_for
from engine.supernets.base import Supernet
from engine.supernets.conditions import TIMED

_COSTS = (*TIMED, "peak_memory")  # measured with images of noise


@dataclass(frozen=True)
class _Search:
    """What a search needs: the source of each of its metrics, and files of its supernet."""

    config: NASConfig
    supernet: Supernet
    metrics: Mapping[str, str] = field(default_factory=dict)

    @property
    def predicts(self) -> bool:
        """Whether the supernet's published predictor tells any of the metrics."""
        return any(map(sources.predicted, self.metrics.values()))

    def measures(self, *names: str) -> bool:
        """Whether one of these metrics is measured."""
        return any(self.metrics.get(name) == "measured" for name in names)

    @property
    def runs_images(self) -> bool:
        """Whether a metric is measured on images of the data set, as accuracy is."""
        return self.measures(*(set(self.metrics) - set(_COSTS)))

    def reads(self, setting: str) -> bool:
        """Whether something that the supernet needs can be given by the path of that name."""
        source = self.config.dynas.accuracy_source
        return any(
            needed.setting == setting and needed.serves == source
            for needed in self.supernet.requirements()
        )

    def approach_is(self, *kinds: str) -> bool:
        """Whether the approach is one of strategies called that, or derived from them."""
        from engine.search import approaches  # takes seconds, and only a search needs it

        lines = approaches.APPROACHES[self.config.approach].__mro__
        return any(kind.__name__ in kinds for kind in lines)


class _Need(NamedTuple):
    """What `settings` are good for; where it is not `met` they have no effect, and `why`."""

    settings: tuple[str, ...]
    met: Callable[[_Search], bool]
    why: str


_NEEDS = (
    _Need(
        ("dynas.predictor_path", "dynas.calibrate", "dynas.calibration_path", "dynas.calibration"),
        lambda search: search.predicts,
        "no metric comes from a published predictor. Set accuracy_source to 'published predictor' "
        "where the supernet has one",
    ),
    _Need(
        ("dynas.calibration_path", "dynas.calibration"),
        lambda search: search.config.dynas.calibrate,
        "calibrate is false",
    ),
    _Need(
        ("dynas.weights_path",),
        lambda search: search.reads("weights_path"),
        "this search takes no weights from a file of yours",
    ),
    _Need(
        ("dynas.dataset_path",),
        lambda search: search.reads("dataset_path"),
        "this search needs no images of yours",
    ),
    _Need(
        ("dynas.test_fraction", "dynas.batch_size"),
        lambda search: search.runs_images,
        "nothing is measured on images",
    ),
    _Need(
        ("dynas.latency_table",),
        lambda search: "lat" in search.metrics,
        "latency is not among the metrics. Name 'lat' in metrics, constraints or record",
    ),
    _Need(
        ("dynas.threads",),
        lambda search: search.measures(*TIMED),
        "no latency is timed",
    ),
    _Need(
        ("dynas.latency_batch",),
        lambda search: search.measures(*_COSTS),
        "neither latency nor memory is measured",
    ),
    _Need(
        ("dynas.device", "dynas.precision"),
        lambda search: search.measures(*search.metrics),
        "no metric is measured by running a network",
    ),
    _Need(
        ("search.predictor",),
        lambda search: search.approach_is("PredictedSearch"),
        "this approach predicts nothing",
    ),
    _Need(
        ("search.search_algorithm",),
        lambda search: search.approach_is("PredictedSearch", "Evolutionary"),
        "this approach has no search algorithm",
    ),
)
"""All that is known of settings which only some searches use."""


def unused_settings(config: NASConfig, supernet: Supernet) -> list[str]:
    """A sentence for each reason for which settings that differ from their defaults do nothing.

    `config` must fit `supernet`, as `engine.runs.checks.checked_supernet` finds out.
    """
    there = supernet.sources(config.settings)
    search = _Search(config, supernet, {name: there[name] for name in config.all_metrics})
    told: list[str] = []
    known: set[str] = set()
    for need in _NEEDS:
        given = [name for name in need.settings if name not in known and _is_given(config, name)]
        if given and not need.met(search):
            known.update(given)
            told.append(_sentence(given, need.why))
    return told


def _is_given(config: NASConfig, setting: str) -> bool:
    """Whether a setting is another than it is without being given."""
    section, name = setting.split(".")
    value: Any = getattr(getattr(config, section), name)
    if name == "search_algorithm":
        return value not in (None, algorithms_for(len(config.dynas.metrics))[0])
    return bool(value != type(getattr(config, section)).model_fields[name].default)


def _sentence(settings: list[str], why: str) -> str:
    names = [setting.rpartition(".")[2] for setting in settings]
    listed = " and ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)
    return f"{listed} {'have' if names[1:] else 'has'} no effect: {why}."
