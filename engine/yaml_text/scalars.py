"""What the scalars of a YAML text say: texts, numbers, truths and nulls."""

import re
from collections.abc import Callable
from typing import Any

import yaml

from engine.compat.yaml import real_number, tag_by_looks, truth, whole_number
from engine.quoting import quoted
from engine.yaml_text.place import fail

_PREFIX = "tag:yaml.org,2002:"
_NULL, _TRUTH, _WHOLE, _REAL, _TEXT = (
    f"{_PREFIX}{name}" for name in ("null", "bool", "int", "float", "str")
)
MERGE = f"{_PREFIX}merge"
_KEPT_AS_TEXT = (f"{_PREFIX}timestamp", f"{_PREFIX}value")
_KINDS = {
    _NULL: "a null",
    _TRUTH: "true or false",
    _WHOLE: "a whole number",
    _REAL: "a number",
    _TEXT: "a text",
}
_OUTDATED_NUMBER = re.compile(r"[-+]?(0[0-7_]+|.*:.*)")
"""Octal and sexagesimal numbers of YAML 1.1: YAML 1.2 reads `010` and `1:30` otherwise."""

_LONGEST_NUMBER = 100  # characters; beyond it, no setting can have it and Python reads it slowly
SHOWN = 60  # characters of a wrong scalar that a sentence repeats


def tag_of(event: Any) -> str:
    """The kind of a scalar: the one that is written, or what its text looks like."""
    if event.tag is not None and event.tag != "!":
        return str(event.tag)
    if event.tag == "!":
        return _TEXT
    found = tag_by_looks(event)
    outdated = found in (_WHOLE, _REAL) and _OUTDATED_NUMBER.fullmatch(event.value)
    return _TEXT if outdated or found in _KEPT_AS_TEXT else found


_READ: dict[str, Callable[[Any], Any]] = {
    _NULL: lambda node: None,
    _TRUTH: truth,
    _WHOLE: whole_number,
    _REAL: real_number,
    _TEXT: lambda node: _readable(node.value),
}


def scalar(event: Any) -> Any:
    """The value of a scalar; raises YamlError for one of another kind, or that cannot be read."""
    tag, text = tag_of(event), event.value
    if tag == MERGE:
        tag = _TEXT
    if tag not in _READ:
        fail(event, f"the tag {_short_tag(tag)} is not read; leave it out")
    if tag in (_WHOLE, _REAL) and len(text) > _LONGEST_NUMBER:
        fail(event, f"a number of {len(text):,} characters is too long")
    try:
        return _READ[tag](yaml.ScalarNode(tag, text))
    except (ValueError, KeyError, IndexError, OverflowError):
        fail(event, f"{quoted(text, SHOWN)} cannot be read as {_KINDS[tag]}")


def _readable(text: str) -> str:
    """The text, unless an escape put a character there that none can hold."""
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError(text)
    return text


def check_collection_tag(event: Any, wanted: str) -> None:
    """Raise YamlError for a list or a mapping with a tag other than `wanted`, its own."""
    if event.tag not in (None, "!", f"{_PREFIX}{wanted}"):
        fail(event, f"the tag {_short_tag(event.tag)} is not read; leave it out")


def _short_tag(tag: str) -> str:
    short = f"!!{tag.removeprefix(_PREFIX)}" if tag.startswith(_PREFIX) else tag
    return quoted(short, SHOWN)
