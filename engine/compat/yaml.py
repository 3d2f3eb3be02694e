"""PyYAML: which characters a text can hold, what a scalar looks like, what it says."""

import re
from collections.abc import Callable
from typing import Any

import yaml

NON_PRINTABLE: re.Pattern[str] = yaml.reader.Reader.NON_PRINTABLE
"""A character that no YAML text can hold."""

_RESOLVER: Any = yaml.resolver.Resolver()
_CONSTRUCTOR: Any = yaml.constructor.SafeConstructor()

truth: Callable[[yaml.ScalarNode], Any] = _CONSTRUCTOR.construct_yaml_bool
"""What a scalar says that looks like a truth; raises KeyError if it says none."""

whole_number: Callable[[yaml.ScalarNode], Any] = _CONSTRUCTOR.construct_yaml_int
"""What a scalar says that looks like a whole number; raises ValueError if it says none."""

real_number: Callable[[yaml.ScalarNode], Any] = _CONSTRUCTOR.construct_yaml_float
"""What a scalar says that looks like a real number; raises ValueError if it says none."""


def tag_by_looks(event: yaml.ScalarEvent) -> str:
    """The tag of a scalar that is written without one, such as `tag:yaml.org,2002:int`."""
    return str(_RESOLVER.resolve(yaml.ScalarNode, event.value, event.implicit))
