"""Reads the events of a YAML parser into a document, within limits."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

import yaml

from engine.compat.yaml import NON_PRINTABLE
from engine.quoting import quoted
from engine.yaml_text.document import Document, Node
from engine.yaml_text.place import Place, YamlError, fail, place_of
from engine.yaml_text.scalars import MERGE, SHOWN, check_collection_tag, scalar, tag_of

_LONGEST_REASON = 200  # characters of what the parser says

_PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Limits:
    """What a text may hold: characters, values in all (aliases expanded), lists in lists."""

    characters: int = 1_000_000
    values: int = 20_000
    depth: int = 20


def read(text: str, limits: Limits = Limits()) -> Document:
    """The one document in `text`; raises YamlError for what is no YAML, or beyond `limits`."""
    if len(text) > limits.characters:
        raise YamlError(
            f"the text has {len(text):,} characters, more than the {limits.characters:,} that "
            "are read"
        )
    _check_characters(text)
    events: Any = yaml.parse(text.removeprefix("\ufeff"), Loader=_PARSER)
    try:
        return _Reading(events, limits).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{place_of(mark)}: " if mark else ""
        raise YamlError(f"{place}not valid YAML: {_reason(error)}") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        said = str(error).partition("\n")[0] or "it cannot be parsed"
        raise YamlError(f"not valid YAML: {_cut(said)}") from None
    finally:
        events.close()


def _check_characters(text: str) -> None:
    """Raise YamlError for the first character that no YAML text can hold."""
    found = NON_PRINTABLE.search(text)
    if found:
        at = found.start()
        line = text.count("\n", 0, at) + 1
        place = Place(line, at - (text.rfind("\n", 0, at) + 1) + 1)
        raise YamlError(f"{place}: the character {quoted(found[0])} cannot be in a text")


class _Reading:
    """One pass over the events of a parser; nothing is built before it is counted."""

    def __init__(self, events: Iterator[Any], limits: Limits) -> None:
        self._limits, self._events = limits, events
        self._anchors: dict[str, Node | None] = {}  # None while the value is not yet complete
        self._left = limits.values

    def document(self) -> Document:
        root: Node | None = None
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    fail(event, "a second document begins here; give one")
                root = self._node(next(self._events), 0)
        return Document(root.data if root else None, root)

    def _node(self, event: Any, depth: int) -> Node:
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, depth)
        self._count(event, 1)
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        if isinstance(event, yaml.ScalarEvent):
            node = Node(scalar(event), place_of(event.start_mark))
        else:
            if depth >= self._limits.depth:
                self._too_deep(event)
            inside = isinstance(event, yaml.SequenceStartEvent)
            check_collection_tag(event, "seq" if inside else "map")
            node = self._list(event, depth) if inside else self._mapping(event, depth)
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        return node

    def _alias(self, event: Any, depth: int) -> Node:
        name = quoted(event.anchor, SHOWN)
        if event.anchor not in self._anchors:
            fail(event, f"nothing before is called {name}, which * asks for")
        node = self._anchors[event.anchor]
        if node is None:
            fail(event, f"{name} would hold itself")
        self._count(event, node.values)
        if depth + node.depth > self._limits.depth:
            self._too_deep(event)
        return Node(node.data, place_of(event.start_mark), node.below, node.values, node.depth)

    def _list(self, event: Any, depth: int) -> Node:
        node = Node([], place_of(event.start_mark), depth=1)
        for inner in self._events:
            if isinstance(inner, yaml.SequenceEndEvent):
                break
            item = self._node(inner, depth + 1)
            node.below[len(node.data)] = item
            node.data.append(item.data)
            _add(node, item)
        return node

    def _mapping(self, event: Any, depth: int) -> Node:
        node = Node({}, place_of(event.start_mark), depth=1)
        merged: list[Node] = []
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
                fail(inner, f"the key {quoted(key, SHOWN)} is given twice")
            node.data[key] = value.data
            # A wrong value is told at its key: of an empty value, that is where a reader looks.
            node.below[key] = Node(
                value.data, place_of(inner.start_mark), value.below, value.values, value.depth
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
                self._anchors[event.anchor] = Node(event.value, place_of(event.start_mark))
            if tag_of(event) == MERGE:
                return None
            key = scalar(event)
        else:
            fail(event, "a key must be a text, not a list or a mapping")
        self._count(event, 1)
        if not isinstance(key, str):
            shown = "" if key is None else f", not {quoted(key, SHOWN)}"
            fail(event, f"a key must be a text{shown}; put it in quotes if it is one")
        return key

    def _count(self, event: Any, values: int) -> None:
        self._left -= values
        if self._left < 0:
            fail(
                event,
                f"here begins more than the {self._limits.values:,} values that are read, aliases "
                "counted with what they stand for",
            )

    def _too_deep(self, event: Any) -> NoReturn:
        fail(event, f"lists and mappings are nested more than {self._limits.depth} deep")


def _add(node: Node, part: Node) -> None:
    node.values += part.values
    node.depth = max(node.depth, part.depth + 1)


def _sources(event: Any, value: Node) -> list[Node]:
    """The mappings that `<<` merges: the one that is given, or those of a list."""
    given = list(value.below.values()) if isinstance(value.data, list) else [value]
    if not all(isinstance(one.data, dict) for one in given):
        fail(event, "<< takes a mapping, or a list of mappings")
    return given


def _reason(error: yaml.MarkedYAMLError) -> str:
    said = [part for part in (error.context, error.problem) if part]
    return _cut(", ".join(said) or "it cannot be parsed")


def _cut(text: str) -> str:
    text = text.encode(errors="backslashreplace").decode()
    return text if len(text) <= _LONGEST_REASON else f"{text[:_LONGEST_REASON]}…"
