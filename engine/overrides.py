"""Settings that are given as `name=value`, in place of those in a configuration file."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from engine import yaml_text
from engine.config import NASConfig, ParsedConfig
from engine.config_sections import DynasSection, SearchSection, StopSection
from engine.errors import ConfigError, DynasError
from engine.former_options import FORMER
from engine.meters import registry as meters
from engine.quoting import quoted
from engine.settings_section import Section
from engine.supernets import registry

OptionPlace = tuple[str, ...]
"""Where a setting stands in a configuration, from the outermost section on."""

_SECTIONS: dict[str, type[Section]] = {
    "search": SearchSection,
    "stop": StopSection,
    "dynas": DynasSection,
}
_LIMITS = yaml_text.Limits(characters=10_000, values=1_000, depth=5)
_LONGEST_NAME = 100  # characters of a name that may be a misspelt one
_ALGORITHM = ("search", "search_algorithm")


def overridden(config: NASConfig, assignments: Sequence[str]) -> NASConfig:
    """`config` with `assignments` such as `device=cuda`, `metrics=[acc, lat]` or `stop.cycles=5`.

    A name may leave out the sections around it where it tells without them; a value is read as
    YAML. Raises ConfigError for what is no assignment, no setting, or no value that the setting
    can have.
    """
    data: dict[str, Any] = config.to_dict()["nas"]
    if "metrics" not in config.dynas.model_fields_set:
        del data["dynas"]["metrics"]  # those of the supernet, which may be another one now
    changed, _ = laid_over(data, assignments)
    made = NASConfig.from_dict(changed)
    made.dynas.without(made.dynas.idle | config.dynas.idle)
    return made


def configured(file: Path | None, assignments: Sequence[str]) -> ParsedConfig:
    """The configuration in a YAML file, or the default one, with `assignments`; and a notice.

    What is wrong in the file counts only if no assignment replaces it. Raises ConfigError.
    """
    if file is None:
        return ParsedConfig(overridden(NASConfig(), assignments), "")
    return NASConfig.read_file(file, lambda data: laid_over(data, assignments))


def laid_over(
    data: Mapping[str, Any], assignments: Sequence[str]
) -> tuple[dict[str, Any], list[OptionPlace]]:
    """The plain settings in `data`, unchecked, with `assignments`; where those stand.

    `data` stays as it is. The supernet comes first, as it decides which options there are. Raises
    ConfigError for what is no assignment or no setting.
    """
    changed, places = dict(data), []
    for text in sorted(assignments, key=lambda text: not gives([text], "dynas.supernet")):
        name, sign, value = text.partition("=")
        if not sign or not name.strip():
            raise ConfigError(
                f"{quoted(text)} gives no value. Write name=value, such as device=cpu."
            )
        place = _place(name.strip(), _supernet(changed))
        for other in _same(place):
            _remove(changed, other)
        _put(changed, place, _value(text, value))
        places.append(place)
    return changed, places


def gives(assignments: Sequence[str], setting: str) -> bool:
    """Whether one of the `assignments` is of a setting such as `dynas.supernet`."""
    names = [text.partition("=")[0].strip() for text in assignments]
    return any(name in (setting, setting.rpartition(".")[2]) for name in names)


def _supernet(data: Mapping[str, Any]) -> str:
    dynas = data.get("dynas")
    given = dynas.get("supernet") if isinstance(dynas, Mapping) else None
    return given if isinstance(given, str) else registry.DEFAULT


def _put(data: dict[str, Any], place: OptionPlace, value: Any) -> None:
    """Set a setting; where what stands around it is no section, that is left to be refused."""
    within = data
    for section in place[:-1]:
        there = within.get(section)
        if there is not None and not isinstance(there, Mapping):
            return
        within[section] = within = dict(there or {})
    within[place[-1]] = value


def _remove(data: dict[str, Any], place: OptionPlace) -> None:
    within = data
    for section in place[:-1]:
        there = within.get(section)
        if not isinstance(there, Mapping):
            return
        within[section] = within = dict(there)
    within.pop(place[-1], None)


def _same(place: OptionPlace) -> Iterator[OptionPlace]:
    """Where else the setting at `place` may stand."""
    if place == _ALGORITHM:
        yield place[1:]
    for name, former in FORMER.items():
        there, now = ("dynas", name), ("dynas", *former.path)
        if place == there:
            yield now
        elif place == now:
            yield there


def _place(name: str, supernet: str) -> OptionPlace:
    """Where a setting stands that is named by its place or the end of it.

    Of several, those of sections come before options of the engine's own meters, the supernet and
    its task, and those before options of the meters of installed packages.
    """
    if (former := name.removeprefix("dynas.")) in FORMER:
        return "dynas", former
    ranks = [
        [
            ("approach",),
            *((of, field) for of, made in _SECTIONS.items() for field in made.model_fields),
        ],
        [*_meter_options(own=True), *_network_options(supernet)],
        [*_meter_options(own=False)],
    ]
    for rank in ranks:
        fitting = [place for place in rank if name in _names(place)]
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            several = ", ".join(".".join(place[-2:]) for place in fitting)
            raise ConfigError(
                f"Several settings are called {quoted(name)}: {several}. Name one of them."
            )
    raise ConfigError(_no_such(name, [place for rank in ranks for place in rank]))


def _names(place: OptionPlace) -> list[str]:
    """The names of a setting, from its last one to its whole place."""
    return [".".join(place[start:]) for start in reversed(range(len(place)))]


def _no_such(name: str, known: Sequence[OptionPlace]) -> str:
    last = dict.fromkeys(place[-1] for place in known)
    names = dict.fromkeys((*last, *(name for place in known for name in _names(place))))
    close = get_close_matches(name, names, n=1) if len(name) <= _LONGEST_NAME else []
    meant = f" Did you mean {close[0]}?" if close else ""
    return f"There is no setting {quoted(name)}. Choose from: {', '.join(last)}.{meant}"


def _meter_options(own: bool) -> Iterator[OptionPlace]:
    for meter in meters.all_meters():
        if (meter in meters.BUILT_IN) == own:
            yield from (
                ("dynas", "meter_options", meter.name, option)
                for option in meter.Options.model_fields
            )


def _network_options(supernet: str) -> Iterator[OptionPlace]:
    """Where the options of a supernet and its task stand; none of one that cannot be loaded."""
    try:
        found = registry.load(supernet)
    except DynasError:
        return
    models = {"supernet_options": found.Options, "task_options": found.task.Options}
    for section, model in models.items():
        yield from (("dynas", section, option) for option in model.model_fields)


def _value(text: str, value: str) -> Any:
    try:
        return yaml_text.read(value, _LIMITS).data
    except yaml_text.YamlError as error:
        raise ConfigError(
            f"The value of {quoted(text)} cannot be read: {error}. Write a number, a text or a "
            "list such as [acc, macs]."
        ) from None
