"""A parsed YAML text with the position of every value."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.yaml_text.position import Position


@dataclass(slots=True)
class Node:
    """A value, its position in the text and the nodes below it.

    `value_count` counts the value and all below it; `depth` counts nested lists and mappings.
    """

    data: Any
    position: Position
    children: dict[str | int, "Node"] = field(default_factory=dict)
    value_count: int = 1
    depth: int = 0


@dataclass(frozen=True)
class Document:
    """A parsed YAML text: plain data, and the position of every value."""

    data: Any
    _root: Node | None

    def position(self, path: Sequence[str | int]) -> Position | None:
        """The position of the value at `path` (keys and indices), or of its nearest parent.

        None if the document is empty.
        """
        node = self._node(path)
        return node.position if node else None

    def line(self, path: Sequence[str | int]) -> int:
        """The line of `position`; 1 if the document is empty."""
        position = self.position(path)
        return position.line if position else 1

    def _node(self, path: Sequence[str | int]) -> Node | None:
        node = self._root
        for step in path if node else ():
            assert node is not None
            if step not in node.children:
                break
            node = node.children[step]
        return node
