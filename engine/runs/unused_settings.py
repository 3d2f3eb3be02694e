"""Settings of a search that were given and have no effect in it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from engine.config import NASConfig, algorithms_for
from engine.config_options import OwnedOptions, owned_options
from engine.meters import registry as meters
from engine.options import unused_options
from engine.supernets.base import Supernet


@dataclass(frozen=True)
class _Search:
    """What a search needs: the source of each of its metrics, and files of its supernet."""

    config: NASConfig
    supernet: Supernet
    metrics: Mapping[str, str] = field(default_factory=dict)

    @property
    def measured(self) -> list[str]:
        """The metrics that are measured by running a network."""
        return [name for name, source in self.metrics.items() if source == "measured"]

    @property
    def measures_quality(self) -> bool:
        """Whether a metric is measured on the data of the task."""
        return any(meters.meter_of(name) is meters.QUALITY for name in self.measured)

    def approach_is(self, *kinds: str) -> bool:
        """Whether the approach is one of strategies called that, or derived from them."""
        from engine.search import approaches  # takes seconds, and only a search needs it

        lines = approaches.APPROACHES[self.config.approach].__mro__
        return any(kind.__name__ in kinds for kind in lines)


class _Need(NamedTuple):
    """What `settings` are good for; where it is not `met` they have no effect, and `why`."""

    settings: tuple[str, ...]
    met: Callable[[_Search], bool]
    why: Callable[[_Search], str]


def _no_data(search: _Search) -> str:
    return f"nothing is measured on {search.supernet.task.data_names.items}"


_NEEDS = (
    _Need(("dynas.batch_size",), lambda search: search.measures_quality, _no_data),
    _Need(
        ("dynas.device", "dynas.precision"),
        lambda search: bool(search.measured),
        lambda search: "no metric is measured by running a network",
    ),
    _Need(
        ("search.predictor",),
        lambda search: search.approach_is("PredictedSearch"),
        lambda search: "this approach predicts nothing",
    ),
    _Need(
        ("search.search_algorithm",),
        lambda search: search.approach_is("PredictedSearch", "Evolutionary"),
        lambda search: "this approach has no search algorithm",
    ),
)
"""What settings beside options need, where only some searches use them."""


def unused_settings(config: NASConfig, supernet: Supernet) -> list[str]:
    """A sentence for each reason for which settings that differ from their defaults do nothing.

    `config` must fit `supernet`, as `engine.runs.search_checks.checked_supernet` finds out.
    """
    there = meters.sources(supernet, config.settings)
    search = _Search(config, supernet, {name: there[name] for name in config.all_metrics})
    reasons: dict[str, list[str]] = {}
    for name, why in [*_of_options(search), *_of_settings(search)]:
        reasons.setdefault(why, []).append(name)
    return [_sentence(names, why) for why, names in reasons.items()]


def _of_settings(search: _Search) -> Iterator[tuple[str, str]]:
    for need in _NEEDS:
        if not need.met(search):
            for setting in need.settings:
                if _is_given(search.config, setting):
                    yield setting.rpartition(".")[2], need.why(search)


def _of_options(search: _Search) -> Iterator[tuple[str, str]]:
    """Options that were given and do nothing, each with the reason."""
    config = search.config
    for name in sorted(config.dynas.idle):
        yield name, f"{search.supernet.name} has no such option"
    for options in owned_options(config.dynas.supernet, config.settings):
        why = _why_none(search, options)
        idle = unused_options(options.model, options.values)
        for name in options.values:
            if why:
                yield _called(options, name), why
            elif name in idle:
                other, value = idle[name]
                yield _called(options, name), f"it needs {other} to be {_shown(value)}"


def _why_none(search: _Search, options: OwnedOptions) -> str:
    """Why none of the options of a task or a meter does anything; empty if they may."""
    section, *name = options.setting
    if section == "task_options" and not search.measures_quality:
        return _no_data(search)
    if section == "meter_options":
        using = [m for m in search.measured if name[0] in meters.option_meters(m)]
        tabled = [m for m, source in search.metrics.items() if source == "lookup table"]
        every = [known.name for meter in meters.all_meters() for known in meter.metrics]
        ours = [metric for metric in every if name[0] in meters.option_meters(metric)]
        if not using and not set(tabled) & set(ours):
            return f"none of {', '.join(ours)} is among the metrics"
    return ""


def _called(options: OwnedOptions, name: str) -> str:
    """An option by its name; one of a meter with what it belongs to."""
    section, *meter = options.setting
    return f"{meter[0]}.{name}" if section == "meter_options" else name


def _shown(value: Any) -> str:
    if value is None:
        return "left out"
    return str(value).lower() if isinstance(value, bool) else repr(value)


def _is_given(config: NASConfig, setting: str) -> bool:
    """Whether a setting is another than it is without being given."""
    section, name = setting.split(".")
    value: Any = getattr(getattr(config, section), name)
    if name == "search_algorithm":
        return value not in (None, algorithms_for(len(config.dynas.metrics))[0])
    return bool(value != type(getattr(config, section)).model_fields[name].default)


def _sentence(settings: list[str], why: str) -> str:
    listed = " and ".join([", ".join(settings[:-1]), settings[-1]]) if settings[1:] else settings[0]
    return f"{listed} {'have' if settings[1:] else 'has'} no effect: {why}."
