"""What a YAML text says, with the place of every value."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.yaml_text.place import Place


@dataclass(slots=True)
class Node:
    """A value with its place, the places of its keys and the nodes below it.

    `values` counts it and all below it, `depth` the lists and mappings that it is deep.
    """

    data: Any
    place: Place
    below: dict[str | int, "Node"] = field(default_factory=dict)
    values: int = 1
    depth: int = 0


@dataclass(frozen=True)
class Document:
    """What a YAML text says, as plain data, and where it says it."""

    data: Any
    _root: Node | None

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

    def _node(self, path: Sequence[str | int]) -> Node | None:
        node = self._root
        for step in path if node else ():
            assert node is not None
            if step not in node.below:
                break
            node = node.below[step]
        return node
