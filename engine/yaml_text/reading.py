"""Reads the events of a YAML parser into a document, within limits."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

import yaml

from engine.compat.yaml import NON_PRINTABLE
from engine.quoting import quoted
from engine.yaml_text.document import Document, Node
from engine.yaml_text.position import Position, YamlError, fail, position_of
from engine.yaml_text.scalars import MERGE, QUOTED_LENGTH, check_collection_tag, scalar, tag_of

_LONGEST_REASON = 200  # characters of the parser's message

_PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Limits:
    """Upper limits of a text: characters, values (aliases expanded), depth of nesting."""

    characters: int = 1_000_000
    values: int = 20_000
    depth: int = 20


def read(text: str, limits: Limits = Limits()) -> Document:
    """The single document in `text`; raises YamlError for invalid YAML or beyond `limits`."""
    if len(text) > limits.characters:
        raise YamlError(
            f"the text has {len(text):,} characters, more than the {limits.characters:,} that "
            "are read"
        )
    _check_characters(text)
    events: Any = yaml.parse(text.removeprefix("\ufeff"), Loader=_PARSER)
    try:
        return _Reader(events, limits).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        location = f"{position_of(mark)}: " if mark else ""
        raise YamlError(f"{location}not valid YAML: {_reason(error)}") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        reason = str(error).partition("\n")[0] or "it cannot be parsed"
        raise YamlError(f"not valid YAML: {_shorten(reason)}") from None
    finally:
        events.close()


def _check_characters(text: str) -> None:
    """Raise YamlError for the first character that no YAML text can hold."""
    match = NON_PRINTABLE.search(text)
    if match:
        offset = match.start()
        line = text.count("\n", 0, offset) + 1
        position = Position(line, offset - (text.rfind("\n", 0, offset) + 1) + 1)
        raise YamlError(f"{position}: the character {quoted(match[0])} cannot be in a text")


class _Reader:
    """Builds nodes from the events of a parser; counts each value before it builds it."""

    def __init__(self, events: Iterator[Any], limits: Limits) -> None:
        self._limits, self._events = limits, events
        self._anchors: dict[str, Node | None] = {}  # None while the value is not yet complete
        self._remaining_values = limits.values

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
            node = Node(scalar(event), position_of(event.start_mark))
        else:
            if depth >= self._limits.depth:
                self._too_deep(event)
            is_list = isinstance(event, yaml.SequenceStartEvent)
            check_collection_tag(event, "seq" if is_list else "map")
            node = self._list(event, depth) if is_list else self._mapping(event, depth)
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        return node

    def _alias(self, event: Any, depth: int) -> Node:
        name = quoted(event.anchor, QUOTED_LENGTH)
        if event.anchor not in self._anchors:
            fail(event, f"nothing before is called {name}, which * asks for")
        node = self._anchors[event.anchor]
        if node is None:
            fail(event, f"{name} would hold itself")
        self._count(event, node.value_count)
        if depth + node.depth > self._limits.depth:
            self._too_deep(event)
        return Node(
            node.data, position_of(event.start_mark), node.children, node.value_count, node.depth
        )

    def _list(self, event: Any, depth: int) -> Node:
        node = Node([], position_of(event.start_mark), depth=1)
        for inner in self._events:
            if isinstance(inner, yaml.SequenceEndEvent):
                break
            item = self._node(inner, depth + 1)
            node.children[len(node.data)] = item
            node.data.append(item.data)
            _add(node, item)
        return node

    def _mapping(self, event: Any, depth: int) -> Node:
        node = Node({}, position_of(event.start_mark), depth=1)
        merged_mappings: list[Node] = []
        for inner in self._events:
            if isinstance(inner, yaml.MappingEndEvent):
                break
            key = self._key(inner)
            value_event = next(self._events)
            _check_colon(inner, value_event)
            value = self._node(value_event, depth + 1)
            _add(node, value)
            if key is None:
                merged_mappings += _mappings_to_merge(inner, value)
                continue
            if key in node.children:
                fail(inner, f"the key {quoted(key, QUOTED_LENGTH)} is given twice")
            node.data[key] = value.data
            # Errors name the position of the key, because an empty value has none to look at.
            node.children[key] = Node(
                value.data,
                position_of(inner.start_mark),
                value.children,
                value.value_count,
                value.depth,
            )
        for source in merged_mappings:
            for name, value in source.children.items():
                if name not in node.children:
                    self._count(event, value.value_count)
                    node.data[name], node.children[name] = value.data, value
                    _add(node, value)
        return node

    def _key(self, event: Any) -> str | None:
        """The text of a key; None for `<<`, which merges another mapping."""
        if isinstance(event, yaml.AliasEvent):
            target = self._anchors.get(str(event.anchor))
            key: Any = target.data if target else None
        elif isinstance(event, yaml.ScalarEvent):
            if event.anchor is not None:
                self._anchors[event.anchor] = Node(event.value, position_of(event.start_mark))
            if tag_of(event) == MERGE:
                return None
            key = scalar(event)
        else:
            fail(event, "a key must be a text, not a list or a mapping")
        self._count(event, 1)
        if not isinstance(key, str):
            actual = "" if key is None else f", not {quoted(key, QUOTED_LENGTH)}"
            fail(event, f"a key must be a text{actual}; put it in quotes if it is one")
        return key

    def _count(self, event: Any, values: int) -> None:
        self._remaining_values -= values
        if self._remaining_values < 0:
            fail(
                event,
                f"here begins more than the {self._limits.values:,} values that are read, aliases "
                "counted with what they stand for",
            )

    def _too_deep(self, event: Any) -> NoReturn:
        fail(event, f"lists and mappings are nested more than {self._limits.depth} deep")


def _add(node: Node, part: Node) -> None:
    node.value_count += part.value_count
    node.depth = max(node.depth, part.depth + 1)


def _check_colon(key: Any, value: Any) -> None:
    """Refuse `{GPU:1}`, which to YAML is a key without a value."""
    if not isinstance(key, yaml.ScalarEvent) or not isinstance(value, yaml.ScalarEvent):
        return
    name, colon, rest = key.value.partition(":")
    is_plain = key.implicit[0] and value.implicit[0] and value.value == ""
    if is_plain and name and colon and rest and not rest.startswith("/"):
        fail(key, f"write a space behind the colon: {quoted(f'{name}: {rest}', QUOTED_LENGTH)}")


def _mappings_to_merge(event: Any, value: Node) -> list[Node]:
    """The mappings that `<<` merges: a single one, or those of a list."""
    mappings = list(value.children.values()) if isinstance(value.data, list) else [value]
    if not all(isinstance(node.data, dict) for node in mappings):
        fail(event, "<< takes a mapping, or a list of mappings")
    return mappings


def _reason(error: yaml.MarkedYAMLError) -> str:
    parts = [part for part in (error.context, error.problem) if part]
    return _shorten(", ".join(parts) or "it cannot be parsed")


def _shorten(text: str) -> str:
    text = text.encode(errors="backslashreplace").decode()
    return text if len(text) <= _LONGEST_REASON else f"{text[:_LONGEST_REASON]}…"
