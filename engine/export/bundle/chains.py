"""Groups of layers that are applied one after the other, as a single step of a graph."""

from collections.abc import Collection, Mapping

from torch import fx


def join_chains(graph: fx.Graph, members: Collection[str]) -> None:
    """Replace the calls of all members of a group by one call of the group, where that is the same.

    `members` are the paths of layers, parameters and buffers, in the order in which a group applies
    its layers; nodes call layers by these paths. Inner groups are joined before outer ones.
    """
    for path, names in _groups(members).items():
        calls: dict[str, list[fx.Node]] = {}
        for node in graph.nodes:
            if node.op == "call_module":
                calls.setdefault(str(node.target), []).append(node)
        chain = [node for name in names for node in calls.get(f"{path}.{name}", [])]
        if len(chain) == len(names) and _is_chain(chain, names, path):
            with graph.inserting_before(chain[0]):
                joined = graph.create_node("call_module", path, chain[0].args)
            chain[-1].replace_all_uses_with(joined)
            for node in reversed(chain):
                graph.erase_node(node)


def _groups(members: Collection[str]) -> Mapping[str, list[str]]:
    """The names in each group by its path, inner groups first."""
    groups: dict[str, list[str]] = {}
    for member in members:
        path = member
        while "." in path:
            path, _, name = path.rpartition(".")
            if name not in groups.setdefault(path, []):
                groups[path].append(name)
    return dict(sorted(groups.items(), key=lambda item: -item[0].count(".")))


def _is_chain(nodes: list[fx.Node], names: list[str], path: str) -> bool:
    """Whether each node takes the output of the one before it, which nothing else reads."""
    first, *others = nodes
    return (
        [str(node.target) for node in nodes] == [f"{path}.{name}" for name in names]
        and all(len(node.args) == 1 and not node.kwargs for node in nodes)
        and isinstance(first.args[0], fx.Node)
        and all(
            node.args[0] is previous and list(previous.users) == [node] and node.prev is previous
            for previous, node in zip(nodes, others, strict=False)
        )
    )
