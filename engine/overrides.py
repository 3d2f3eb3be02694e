"""Settings that are given as `name=value`, in place of those in a configuration file."""

from collections.abc import Sequence
from typing import Any

import yaml

from engine.config import NASConfig
from engine.errors import ConfigError

_SECTIONS = ("search", "stop", "dynas")


def overridden(config: NASConfig, assignments: Sequence[str]) -> NASConfig:
    """`config` with `assignments` such as `device=cuda`, `metrics=[acc, lat]` or `stop.cycles=5`.

    A name may leave out its section where only one has it; a value is read as YAML. Raises
    ConfigError for what is no assignment, no setting, or no value that the setting can have.
    """
    data: dict[str, Any] = config.model_dump(exclude_none=True)
    for text in assignments:
        name, sign, value = text.partition("=")
        if not sign or not name.strip():
            raise ConfigError(f"'{text}' gives no value. Write name=value, such as device=cpu.")
        *section, key = _place(name.strip())
        (data[section[0]] if section else data)[key] = _value(text, value)
    return NASConfig.from_dict(data)


def _place(name: str) -> list[str]:
    known: list[tuple[str, ...]] = [("approach",)]
    for section in _SECTIONS:
        fields = type(getattr(NASConfig(), section)).model_fields
        known += [(section, field) for field in fields]
    fitting = [place for place in known if name in (".".join(place), place[-1])]
    if len(fitting) != 1:
        names = ", ".join(place[-1] for place in known)
        raise ConfigError(f"There is no setting '{name}'. Choose from: {names}.")
    return list(fitting[0])


def _value(text: str, value: str) -> Any:
    try:
        return yaml.safe_load(value)
    except yaml.YAMLError:
        raise ConfigError(
            f"The value of '{text}' cannot be read. Write a number, a text or a list such as "
            "[acc, macs]."
        ) from None
