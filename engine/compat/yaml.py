"""PyYAML: permitted characters, the implicit tags of scalars, and their values."""

import re
from collections.abc import Callable
from typing import Any

import yaml

NON_PRINTABLE: re.Pattern[str] = yaml.reader.Reader.NON_PRINTABLE
"""A character that no YAML text can hold."""

_RESOLVER: Any = yaml.resolver.Resolver()
_CONSTRUCTOR: Any = yaml.constructor.SafeConstructor()

parse_bool: Callable[[yaml.ScalarNode], Any] = _CONSTRUCTOR.construct_yaml_bool
"""Converts a scalar with the tag of a boolean; raises KeyError if it cannot."""

parse_int: Callable[[yaml.ScalarNode], Any] = _CONSTRUCTOR.construct_yaml_int
"""Converts a scalar with the tag of an integer; raises ValueError if it cannot."""

parse_float: Callable[[yaml.ScalarNode], Any] = _CONSTRUCTOR.construct_yaml_float
"""Converts a scalar with the tag of a float; raises ValueError if it cannot."""


def implicit_tag(event: yaml.ScalarEvent) -> str:
    """The tag that PyYAML resolves for a scalar without one, such as `tag:yaml.org,2002:int`."""
    return str(_RESOLVER.resolve(yaml.ScalarNode, event.value, event.implicit))
