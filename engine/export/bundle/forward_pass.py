"""The forward pass of a traced graph as statements."""

import operator
from collections.abc import Iterable, Mapping
from typing import Any

from torch import fx

from engine.export.bundle.expressions import arguments, attribute, call, literal

_WITHOUT_EFFECT = (getattr, operator.getitem, operator.eq, operator.ne, operator.mod)
_NAMES = ("x", "y", "z", "u", "v", "w")


class ForwardPass:
    """Writes nodes one by one; `names` are the variables of the inputs.

    A variable is used again when its value is not needed any more, so that a chain of layers reads
    `x = layer(x)`.
    """

    def __init__(self, nodes: Iterable[fx.Node], names: Mapping[fx.Node, str]) -> None:
        self.statements: list[str] = []
        self._names = dict(names)
        self._nodes = _needed(list(nodes))
        self._last_use = {
            used: index for index, node in enumerate(self._nodes) for used in node.all_input_nodes
        }

    def write(self, paths: Mapping[fx.Node, str], result: Any) -> None:
        """Append a statement for each node, and the one that returns `result`.

        `paths` are the attributes of the network that nodes stand for.
        """
        self._names |= {node: attribute(path) for node, path in paths.items()}
        results: list[fx.Node] = []
        fx.map_arg(result, results.append)
        self._last_use |= dict.fromkeys(results, len(self._nodes))
        for index, node in enumerate(self._nodes):
            if node in self._names:
                continue
            text = self._expression(node)
            if node not in self._last_use:
                self.statements.append(text)
                continue
            self._names[node] = self._free_name(index)
            self.statements.append(f"{self._names[node]} = {text}")
        self.statements.append(f"return {literal(result, self._names)}")

    def _expression(self, node: fx.Node) -> str:
        if node.op == "call_module":
            inputs = arguments(node.args, node.kwargs, self._names)
            return f"{attribute(str(node.target))}({inputs})"
        if node.op == "call_method":
            subject, *others = node.args
            inputs = arguments(tuple(others), node.kwargs, self._names)
            return f"{literal(subject, self._names)}.{node.target}({inputs})"
        assert callable(node.target)
        return call(node.target, node.args, node.kwargs, self._names)

    def _free_name(self, index: int) -> str:
        """A variable whose value no node after `index` needs."""
        in_use = {
            name for node, name in self._names.items() if self._last_use.get(node, -1) > index
        }
        candidates = [*_NAMES, *(f"x{number}" for number in range(1, len(self._nodes) + 1))]
        return next(name for name in candidates if name not in in_use)


def _needed(nodes: list[fx.Node]) -> list[fx.Node]:
    """Without checks of shapes, and without what only they read."""
    dropped: set[fx.Node] = set()
    for node in reversed(nodes):
        is_unused = all(user in dropped for user in node.users)
        if _is_check(node) or (is_unused and node.target in _WITHOUT_EFFECT):
            dropped.add(node)
    return [node for node in nodes if node not in dropped]


def _is_check(node: fx.Node) -> bool:
    name = getattr(node.target, "__name__", str(node.target))
    return name.startswith(("_assert", "_guards"))
