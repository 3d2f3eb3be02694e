"""KnownAttributes: objects of scripts that refuse attributes which nothing would read."""

from difflib import get_close_matches
from typing import Any, ClassVar

from engine.config_sections import DynasSection, SearchSection
from engine.errors import ConfigError
from engine.published_names import AGENT_PARTS
from engine.quoting import quoted
from engine.settings_section import Section

_LONGEST = 100  # characters of a name that is compared with others
_SECTIONS: dict[str, type[Section]] = {"dynas": DynasSection, "search": SearchSection}


class KnownAttributes:
    """A class whose objects take the attributes that it names, and private ones.

    `_settable` are the public ones. Raises ConfigError for another attribute, with the one that may
    be meant: a misspelt one would have no effect. A property or a method cannot be set either.
    """

    _settable: ClassVar[tuple[str, ...]] = ()

    def __setattr__(self, name: str, value: Any) -> None:
        kind = type(self).__name__
        if not (name.startswith("_") or name in self._settable):
            if hasattr(type(self), name):
                raise ConfigError(f"{kind}.{name} can be read, but not set.")
            raise ConfigError(
                f"{kind} has no attribute {quoted(name, 60)} that can be set."
                f"{_meant(name, self._settable, 'config' in self._settable)}"
            )
        super().__setattr__(name, value)


def _meant(name: str, settable: tuple[str, ...], has_config: bool) -> str:
    """What is meant by a name, a sentence with a space before it; empty if nothing is like it."""
    settings = {
        field: f"config.{section}.{field}"
        for section, model in _SECTIONS.items()
        for field in model.model_fields
        if has_config and field not in settable
    }
    if name in AGENT_PARTS and has_config:
        return f" It is a part of Neural Compressor's agent: {AGENT_PARTS[name]}."
    if name in settings:
        return f" It is a setting: set {settings[name]}."
    places = {**{field: field for field in settable}, **settings}
    close = get_close_matches(name, places, n=1) if len(name) <= _LONGEST else []
    if close:
        return f" Did you mean {places[close[0]]}?"
    return f" Choose from: {', '.join(settable)}." if settable else ""
