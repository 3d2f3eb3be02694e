"""Settings that are given as `name=value`, in place of those in a configuration file."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from engine import yaml_text
from engine.config import NASConfig
from engine.errors import ConfigError, DynasError
from engine.former_options import FORMER
from engine.meters import registry as meters
from engine.quoting import quoted
from engine.supernets import registry

_SECTIONS = ("search", "stop", "dynas")
_LIMITS = yaml_text.Limits(characters=10_000, values=1_000, depth=5)
_LONGEST_NAME = 100  # characters of a name that may be a misspelt one


def overridden(config: NASConfig, assignments: Sequence[str]) -> NASConfig:
    """`config` with `assignments` such as `device=cuda`, `metrics=[acc, lat]` or `stop.cycles=5`.

    A name may leave out its section where only one has it; a value is read as YAML. Raises
    ConfigError for what is no assignment, no setting, or no value that the setting can have.
    """
    data: dict[str, Any] = config.model_dump(exclude_none=True)
    for text in assignments:
        name, sign, value = text.partition("=")
        if not sign or not name.strip():
            raise ConfigError(
                f"{quoted(text)} gives no value. Write name=value, such as device=cpu."
            )
        *sections, key = _place(name.strip(), data)
        within = data
        for section in sections:
            within = within.setdefault(section, {})
        within[key] = _value(text, value)
    made = NASConfig.from_dict(data)
    made.dynas.without(made.dynas.idle | config.dynas.idle)
    return made


def gives(assignments: Sequence[str], setting: str) -> bool:
    """Whether one of the `assignments` is of a setting such as `dynas.supernet`."""
    names = [text.partition("=")[0].strip() for text in assignments]
    return any(name in (setting, setting.rpartition(".")[2]) for name in names)


def _place(name: str, data: Mapping[str, Any]) -> list[str]:
    """Where a setting stands in the configuration `data`, from the outermost section on."""
    known: list[tuple[str, ...]] = [("approach",)]
    for section in _SECTIONS:
        fields = type(getattr(NASConfig(), section)).model_fields
        known += [(section, field) for field in fields]
    former = ("dynas", name.removeprefix("dynas."))
    if former[-1] in FORMER:
        return list(former)
    known += [("dynas", *place) for place in _options(data["dynas"]["supernet"])]
    fitting = [
        place for place in known if name in (".".join(place), ".".join(place[1:]), place[-1])
    ]
    if len(fitting) != 1:
        names = [place[-1] for place in known]
        close = get_close_matches(name, names, n=1) if len(name) <= _LONGEST_NAME else []
        meant = f" Did you mean {close[0]}?" if close else ""
        raise ConfigError(
            f"There is no setting {quoted(name)}. Choose from: {', '.join(names)}.{meant}"
        )
    return list(fitting[0])


def _options(supernet: str) -> Iterator[tuple[str, ...]]:
    """Where the options of a supernet, its task and all meters stand."""
    for meter in meters.all_meters():
        for option in meter.Options.model_fields:
            yield "meter_options", meter.name, option
    try:
        found = registry.load(supernet)
    except DynasError:
        return
    yield from (("supernet_options", option) for option in found.Options.model_fields)
    yield from (("task_options", option) for option in found.task.Options.model_fields)


def _value(text: str, value: str) -> Any:
    try:
        return yaml_text.read(value, _LIMITS).data
    except yaml_text.YamlError as error:
        raise ConfigError(
            f"The value of {quoted(text)} cannot be read: {error}. Write a number, a text or a "
            "list such as [acc, macs]."
        ) from None
