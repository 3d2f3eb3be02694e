"""The scalars of a YAML text as Python values: texts, numbers, booleans and nulls."""

import re
from collections.abc import Callable
from typing import Any

import yaml

from engine.compat.yaml import implicit_tag, parse_bool, parse_float, parse_int
from engine.quoting import quoted
from engine.yaml_text.position import fail

_PREFIX = "tag:yaml.org,2002:"
_NULL, _BOOL, _INT, _FLOAT, _TEXT = (
    f"{_PREFIX}{name}" for name in ("null", "bool", "int", "float", "str")
)
MERGE = f"{_PREFIX}merge"
_READ_AS_TEXT = (f"{_PREFIX}timestamp", f"{_PREFIX}value")
_KINDS = {
    _NULL: "a null",
    _BOOL: "true or false",
    _INT: "a whole number",
    _FLOAT: "a number",
    _TEXT: "a text",
}
_OUTDATED_NUMBER = re.compile(r"[-+]?(0[0-7_]+|.*:.*)")
"""Octal and sexagesimal numbers of YAML 1.1: YAML 1.2 reads `010` and `1:30` differently."""

_LONGEST_NUMBER = 100  # characters; beyond it, no setting can have it and Python reads it slowly
QUOTED_LENGTH = 60  # characters of a wrong scalar that a message repeats


def tag_of(event: Any) -> str:
    """The tag of a scalar: the explicit one, or the one that its text resolves to."""
    if event.tag is not None and event.tag != "!":
        return str(event.tag)
    if event.tag == "!":
        return _TEXT
    tag = implicit_tag(event)
    is_outdated = tag in (_INT, _FLOAT) and _OUTDATED_NUMBER.fullmatch(event.value)
    return _TEXT if is_outdated or tag in _READ_AS_TEXT else tag


_CONVERTERS: dict[str, Callable[[Any], Any]] = {
    _NULL: lambda node: None,
    _BOOL: parse_bool,
    _INT: parse_int,
    _FLOAT: parse_float,
    _TEXT: lambda node: _checked_text(node.value),
}


def scalar(event: Any) -> Any:
    """The value of a scalar; raises YamlError for one of another kind, or that cannot be read."""
    tag, text = tag_of(event), event.value
    if tag == MERGE:
        tag = _TEXT
    if tag not in _CONVERTERS:
        fail(event, f"the tag {_short_tag(tag)} is not read; leave it out")
    if tag in (_INT, _FLOAT) and len(text) > _LONGEST_NUMBER:
        fail(event, f"a number of {len(text):,} characters is too long")
    try:
        return _CONVERTERS[tag](yaml.ScalarNode(tag, text))
    except (ValueError, KeyError, IndexError, OverflowError):
        fail(event, f"{quoted(text, QUOTED_LENGTH)} cannot be read as {_KINDS[tag]}")


def _checked_text(text: str) -> str:
    """The text, unless an escape put a character there that none can hold."""
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError(text)
    return text


def check_collection_tag(event: Any, expected: str) -> None:
    """Raise YamlError for a list or a mapping with a tag other than `expected`."""
    if event.tag not in (None, "!", f"{_PREFIX}{expected}"):
        fail(event, f"the tag {_short_tag(event.tag)} is not read; leave it out")


def _short_tag(tag: str) -> str:
    short = f"!!{tag.removeprefix(_PREFIX)}" if tag.startswith(_PREFIX) else tag
    return quoted(short, QUOTED_LENGTH)
