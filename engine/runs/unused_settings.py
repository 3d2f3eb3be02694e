"""Finds settings of a search that are set but have no effect."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from engine.config import NASConfig, algorithms_for
from engine.config_options import OwnedOptions, owned_options
from engine.meters import registry as meters
from engine.options import unused_options
from engine.published_settings import without_effect
from engine.runs.front_confirmation import confirmable_metrics
from engine.search_methods import APPROACHES, Approach
from engine.supernets.base import Supernet


@dataclass(frozen=True)
class _Search:
    """A search with its supernet and the source of each of its metrics."""

    config: NASConfig
    supernet: Supernet
    metrics: Mapping[str, str] = field(default_factory=dict)

    @property
    def measured_metrics(self) -> list[str]:
        """The metrics that are measured by running a network."""
        return [name for name, source in self.metrics.items() if source == "measured"]

    @property
    def measures_quality(self) -> bool:
        """Whether a metric is measured on the data of the task."""
        settings = self.config.settings
        return any(
            "data" in meters.meter_of(name).factors(name, settings)
            for name in self.measured_metrics
        )

    @property
    def approach(self) -> Approach:
        """The registered approach of the search."""
        return APPROACHES[self.config.approach]


class _Need(NamedTuple):
    """The condition under which `settings` have an effect, and the reason if it is not met."""

    settings: tuple[str, ...]
    is_met: Callable[[_Search], bool]
    reason: Callable[[_Search], str]


def _no_data(search: _Search) -> str:
    return f"nothing is measured on {search.supernet.task.data_names.items}"


_NEEDS = (
    _Need(("dynas.batch_size",), lambda search: search.measures_quality, _no_data),
    _Need(
        ("dynas.device", "dynas.precision"),
        lambda search: bool(search.measured_metrics),
        lambda search: "no metric is measured by running a network",
    ),
    _Need(
        ("dynas.confirm",),
        lambda search: bool(confirmable_metrics(search.config, search.supernet)),
        lambda search: "no quality is measured that could be measured again",
    ),
    _Need(
        ("dynas.results_csv_format",),
        lambda search: bool(search.config.dynas.results_csv_path),
        lambda search: "results_csv_path is not given, so no results file is written",
    ),
    _Need(
        ("search.predictor",),
        lambda search: search.approach.uses_predictors,
        lambda search: "this approach predicts nothing",
    ),
    _Need(
        ("dynas.max_failures", "dynas.evaluation_timeout", "dynas.cluster"),
        lambda search: not search.approach.computes,
        lambda search: "this approach measures nothing",
    ),
    _Need(
        ("dynas.workers", "search.deterministic"),
        lambda search: not search.approach.computes,
        lambda search: "this approach has no workers",
    ),
    _Need(
        ("dynas.population",),
        lambda search: not search.approach.computes,
        lambda search: "this approach has a population of its own",
    ),
    _Need(
        ("search.search_algorithm",),
        lambda search: search.approach.uses_population,
        lambda search: "this approach has no search algorithm",
    ),
)
"""The conditions of settings outside options that only some searches use."""


def unused_settings(config: NASConfig, supernet: Supernet) -> list[str]:
    """One sentence per reason why settings that differ from their defaults have no effect.

    `config` must have passed `engine.runs.search_checks.checked_supernet`.
    """
    sources = meters.sources(supernet, config.settings)
    search = _Search(config, supernet, {name: sources[name] for name in config.all_metrics})
    reasons: dict[str, list[str]] = {}
    for name, reason in [*_unused_options(search), *_unused_section_settings(search)]:
        reasons.setdefault(reason, []).append(name)
    return [without_effect(names, reason) for reason, names in reasons.items()]


def _unused_section_settings(search: _Search) -> Iterator[tuple[str, str]]:
    for need in _NEEDS:
        if not need.is_met(search):
            for setting in need.settings:
                if _is_given(search.config, setting):
                    yield setting.rpartition(".")[2], need.reason(search)


def _unused_options(search: _Search) -> Iterator[tuple[str, str]]:
    """Options that are set but have no effect, each with the reason."""
    config = search.config
    for name in sorted(config.dynas.unused_former_options):
        yield name, f"{search.supernet.name} has no such option"
    for options in owned_options(config.dynas.supernet, config.settings):
        shared_reason = _reason_for_all(search, options)
        unused_here = unused_options(options.model, options.values)
        for name in options.values:
            if shared_reason:
                yield _option_name(options, name), shared_reason
            elif name in unused_here:
                other, value = unused_here[name]
                yield _option_name(options, name), f"it needs {other} to be {_value_text(value)}"


def _reason_for_all(search: _Search, options: OwnedOptions) -> str:
    """Why no option of a task or a meter has an effect; empty if some may have."""
    section, *name = options.setting
    if section == "task_options" and not search.measures_quality:
        return _no_data(search)
    if section == "meter_options":
        measured_users = [m for m in search.measured_metrics if name[0] in meters.option_meters(m)]
        tabulated = [m for m, source in search.metrics.items() if source == "lookup table"]
        all_metrics = [
            meter_metric.name for meter in meters.all_meters() for meter_metric in meter.metrics
        ]
        users = [metric for metric in all_metrics if name[0] in meters.option_meters(metric)]
        if not users:  # the quality meter, whose metrics are those of the tasks
            return "" if search.measures_quality else _no_data(search)
        if not measured_users and not set(tabulated) & set(users):
            return f"none of {', '.join(users)} is among the metrics"
    return ""


def _option_name(options: OwnedOptions, name: str) -> str:
    """The name of an option; for an option of a meter with the name of the meter."""
    section, *meter = options.setting
    return f"{meter[0]}.{name}" if section == "meter_options" else name


def _value_text(value: Any) -> str:
    if value is None:
        return "left out"
    return str(value).lower() if isinstance(value, bool) else repr(value)


def _is_given(config: NASConfig, setting: str) -> bool:
    """Whether a setting differs from its default."""
    section, name = setting.split(".")
    value: Any = getattr(getattr(config, section), name)
    if name == "search_algorithm":
        return value not in (None, algorithms_for(len(config.dynas.metrics))[0])
    return bool(value != type(getattr(config, section)).model_fields[name].default)
