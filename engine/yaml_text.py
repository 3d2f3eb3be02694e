"""Reads YAML from outside: plain data, with bounds on its size and the place of every value.

YAML as PyYAML's safe loader understands it, but without what surprises: a key is text and is given
once, a date stays text, and nothing but texts, numbers, truths, nulls, lists and mappings is read.
Aliases count with what they stand for, so that a short text cannot expand without bound.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

import yaml

from engine.errors import DynasError
from engine.quoting import quoted

_PREFIX = "tag:yaml.org,2002:"
_NULL, _TRUTH, _WHOLE, _REAL, _TEXT = (
    f"{_PREFIX}{name}" for name in ("null", "bool", "int", "float", "str")
)
_MERGE = f"{_PREFIX}merge"
_KEPT_AS_TEXT = (f"{_PREFIX}timestamp", f"{_PREFIX}value")
_KINDS = {
    _NULL: "a null",
    _TRUTH: "true or false",
    _WHOLE: "a whole number",
    _REAL: "a number",
    _TEXT: "a text",
}
_LONGEST_NUMBER = 100  # characters; beyond it, no setting can have it and Python reads it slowly
_SHOWN = 60  # characters of a wrong scalar that a sentence repeats
_LONGEST_REASON = 200  # characters of what the parser says

_PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_RESOLVER: Any = yaml.resolver.Resolver()
_CONVERTER = yaml.constructor.SafeConstructor()


class YamlError(DynasError):
    """A YAML text that cannot be read; the message names line and column where they are known."""


@dataclass(frozen=True)
class Limits:
    """What a text may hold: characters, values in all (aliases expanded), lists in lists."""

    characters: int = 1_000_000
    values: int = 20_000
    depth: int = 20


@dataclass(frozen=True)
class Place:
    """Where something stands in a text, both from 1."""

    line: int
    column: int

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}"


@dataclass(slots=True)
class _Node:
    """A value with its place, the places of its keys and the nodes below it.

    `values` counts it and all below it, `depth` the lists and mappings that it is deep.
    """

    data: Any
    place: Place
    below: dict[str | int, "_Node"] = field(default_factory=dict)
    values: int = 1
    depth: int = 0


@dataclass(frozen=True)
class Document:
    """What a YAML text says, as plain data, and where it says it."""

    data: Any
    _root: _Node | None

    def place(self, path: Sequence[str | int]) -> Place | None:
        """Where the value at `path` of keys and positions stands, or the last one on the way there.

        None where the document is empty.
        """
        node = self._node(path)
        return node.place if node else None

    def line(self, path: Sequence[str | int]) -> int:
        """The line of `place`, 1 where the document is empty."""
        place = self.place(path)
        return place.line if place else 1

    def _node(self, path: Sequence[str | int]) -> _Node | None:
        node = self._root
        for step in path if node else ():
            assert node is not None
            if step not in node.below:
                break
            node = node.below[step]
        return node


def read(text: str, limits: Limits = Limits()) -> Document:
    """The one document in `text`; raises YamlError for what is no YAML, or beyond `limits`."""
    if len(text) > limits.characters:
        raise YamlError(
            f"the text has {len(text):,} characters, more than the {limits.characters:,} that "
            "are read"
        )
    _check_characters(text)
    parser = _PARSER(text.removeprefix("\ufeff"))
    try:
        return _Reading(parser, limits).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{_place(mark)}: " if mark else ""
        raise YamlError(f"{place}not valid YAML: {_reason(error)}") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        said = str(error).partition("\n")[0] or "it cannot be parsed"
        raise YamlError(f"not valid YAML: {_cut(said)}") from None
    finally:
        parser.dispose()


def _check_characters(text: str) -> None:
    """Raise YamlError for the first character that no YAML text can hold."""
    found = yaml.reader.Reader.NON_PRINTABLE.search(text)
    if found:
        at = found.start()
        line = text.count("\n", 0, at) + 1
        place = Place(line, at - (text.rfind("\n", 0, at) + 1) + 1)
        raise YamlError(f"{place}: the character {quoted(found[0])} cannot be in a text")


class _Reading:
    """One pass over the events of a parser; nothing is built before it is counted."""

    def __init__(self, parser: Any, limits: Limits) -> None:
        self._limits = limits
        self._events: Iterator[Any] = self._all(parser)
        self._anchors: dict[str, _Node | None] = {}  # None while the value is not yet complete
        self._left = limits.values

    @staticmethod
    def _all(parser: Any) -> Iterator[Any]:
        while parser.check_event():
            yield parser.get_event()

    def document(self) -> Document:
        root: _Node | None = None
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    _fail(event, "a second document begins here; give one")
                root = self._node(next(self._events), 0)
        return Document(root.data if root else None, root)

    def _node(self, event: Any, depth: int) -> _Node:
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, depth)
        self._count(event, 1)
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        if isinstance(event, yaml.ScalarEvent):
            node = _Node(_scalar(event), _place(event.start_mark))
        else:
            if depth >= self._limits.depth:
                self._too_deep(event)
            inside = isinstance(event, yaml.SequenceStartEvent)
            _check_collection_tag(event, "seq" if inside else "map")
            node = self._list(event, depth) if inside else self._mapping(event, depth)
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        return node

    def _alias(self, event: Any, depth: int) -> _Node:
        name = quoted(event.anchor, _SHOWN)
        if event.anchor not in self._anchors:
            _fail(event, f"nothing before is called {name}, which * asks for")
        node = self._anchors[event.anchor]
        if node is None:
            _fail(event, f"{name} would hold itself")
        self._count(event, node.values)
        if depth + node.depth > self._limits.depth:
            self._too_deep(event)
        return _Node(node.data, _place(event.start_mark), node.below, node.values, node.depth)

    def _list(self, event: Any, depth: int) -> _Node:
        node = _Node([], _place(event.start_mark), depth=1)
        for inner in self._events:
            if isinstance(inner, yaml.SequenceEndEvent):
                break
            item = self._node(inner, depth + 1)
            node.below[len(node.data)] = item
            node.data.append(item.data)
            _add(node, item)
        return node

    def _mapping(self, event: Any, depth: int) -> _Node:
        node = _Node({}, _place(event.start_mark), depth=1)
        merged: list[_Node] = []
        for inner in self._events:
            if isinstance(inner, yaml.MappingEndEvent):
                break
            key = self._key(inner)
            value = self._node(next(self._events), depth + 1)
            _add(node, value)
            if key is None:
                merged += _sources(inner, value)
                continue
            if key in node.below:
                _fail(inner, f"the key {quoted(key, _SHOWN)} is given twice")
            node.data[key] = value.data
            # A wrong value is told at its key: of an empty value, that is where a reader looks.
            node.below[key] = _Node(
                value.data, _place(inner.start_mark), value.below, value.values, value.depth
            )
        for source in merged:
            for name, value in source.below.items():
                if name not in node.below:
                    self._count(event, value.values)
                    node.data[name], node.below[name] = value.data, value
                    _add(node, value)
        return node

    def _key(self, event: Any) -> str | None:
        """The text of a key; None for `<<`, which merges another mapping."""
        if isinstance(event, yaml.AliasEvent):
            target = self._anchors.get(str(event.anchor))
            key: Any = target.data if target else None
        elif isinstance(event, yaml.ScalarEvent):
            if event.anchor is not None:
                self._anchors[event.anchor] = _Node(event.value, _place(event.start_mark))
            if _tag(event) == _MERGE:
                return None
            key = _scalar(event)
        else:
            _fail(event, "a key must be a text, not a list or a mapping")
        self._count(event, 1)
        if not isinstance(key, str):
            shown = "" if key is None else f", not {quoted(key, _SHOWN)}"
            _fail(event, f"a key must be a text{shown}; put it in quotes if it is one")
        return key

    def _count(self, event: Any, values: int) -> None:
        self._left -= values
        if self._left < 0:
            _fail(
                event,
                f"here begins more than the {self._limits.values:,} values that are read, aliases "
                "counted with what they stand for",
            )

    def _too_deep(self, event: Any) -> NoReturn:
        _fail(event, f"lists and mappings are nested more than {self._limits.depth} deep")


def _add(node: _Node, part: _Node) -> None:
    node.values += part.values
    node.depth = max(node.depth, part.depth + 1)


def _sources(event: Any, value: _Node) -> list[_Node]:
    """The mappings that `<<` merges: the one that is given, or those of a list."""
    given = list(value.below.values()) if isinstance(value.data, list) else [value]
    if not all(isinstance(one.data, dict) for one in given):
        _fail(event, "<< takes a mapping, or a list of mappings")
    return given


def _tag(event: Any) -> str:
    """The kind of a scalar: the one that is written, or what its text looks like."""
    if event.tag is not None and event.tag != "!":
        return str(event.tag)
    if event.tag == "!":
        return _TEXT
    found = str(_RESOLVER.resolve(yaml.ScalarNode, event.value, event.implicit))
    return _TEXT if found in _KEPT_AS_TEXT else found


_READ: dict[str, Callable[[Any], Any]] = {
    _NULL: lambda node: None,
    _TRUTH: _CONVERTER.construct_yaml_bool,
    _WHOLE: _CONVERTER.construct_yaml_int,
    _REAL: _CONVERTER.construct_yaml_float,
    _TEXT: lambda node: _readable(node.value),
}


def _scalar(event: Any) -> Any:
    tag, text = _tag(event), event.value
    if tag == _MERGE:
        tag = _TEXT
    if tag not in _READ:
        _fail(event, f"the tag {_short_tag(tag)} is not read; leave it out")
    if tag in (_WHOLE, _REAL) and len(text) > _LONGEST_NUMBER:
        _fail(event, f"a number of {len(text):,} characters is too long")
    try:
        return _READ[tag](yaml.ScalarNode(tag, text))
    except (ValueError, KeyError, IndexError, OverflowError):
        _fail(event, f"{quoted(text, _SHOWN)} cannot be read as {_KINDS[tag]}")


def _readable(text: str) -> str:
    """The text, unless an escape put a character there that none can hold."""
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError(text)
    return text


def _check_collection_tag(event: Any, wanted: str) -> None:
    if event.tag not in (None, "!", f"{_PREFIX}{wanted}"):
        _fail(event, f"the tag {_short_tag(event.tag)} is not read; leave it out")


def _short_tag(tag: str) -> str:
    short = f"!!{tag.removeprefix(_PREFIX)}" if tag.startswith(_PREFIX) else tag
    return quoted(short, _SHOWN)


def _place(mark: Any) -> Place:
    return Place(mark.line + 1, mark.column + 1)


def _fail(event: Any, problem: str) -> NoReturn:
    raise YamlError(f"{_place(event.start_mark)}: {problem}")


def _reason(error: yaml.MarkedYAMLError) -> str:
    said = [part for part in (error.context, error.problem) if part]
    return _cut(", ".join(said) or "it cannot be parsed")


def _cut(text: str) -> str:
    text = text.encode(errors="backslashreplace").decode()
    return text if len(text) <= _LONGEST_REASON else f"{text[:_LONGEST_REASON]}…"
