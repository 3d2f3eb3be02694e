"""Spaces whose genes have roles and parts, and the same spaces with other names for the groups."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import strategies as st

from engine.space import Gene, SearchSpace, mbconv_space

FREE = ("ks", "e", "d", "w", "r", "wid", "h", "extra")
"""Names of groups, those of Once-for-All among them."""

_ROLES = ("kernel", "expansion", "width", "heads", "rank")


def renamed(space: SearchSpace, names: Sequence[str]) -> SearchSpace:
    """The same space with those names for its groups, one each, in their order."""
    groups = dict.fromkeys(gene.group for gene in space.genes)
    given = dict(zip(groups, names, strict=False))
    return SearchSpace(tuple(replace(gene, group=given[gene.group]) for gene in space.genes))


def spaces() -> st.SearchStrategy[SearchSpace]:
    """Spaces of stages, of layers that can be left out, and of genes of the whole network."""
    return st.one_of(
        st.builds(mbconv_space, st.integers(1, 3), st.just(4), final_blocks=st.integers(0, 1)),
        st.builds(_layers, st.integers(1, 7), st.lists(st.sampled_from(_ROLES), max_size=3)),
        st.builds(_stages, st.integers(1, 4), st.booleans()),
    )


def _layers(count: int, roles: Sequence[str]) -> SearchSpace:
    """Layers that a gene each leaves out, and the input resolution."""
    skips = [Gene("a", (0, 1), role="depth", part=f"layer {n + 1}") for n in range(count)]
    inside = [
        Gene(f"b{i}", (2, 4, 8), switch=n, needs=1, role=role, part=f"layer {n + 1}")  # type: ignore[arg-type]
        for i, role in enumerate(roles)
        for n in range(count)
    ]
    return SearchSpace((*skips, *inside, Gene("side", (16, 32), role="resolution")))


def _stages(count: int, act: bool) -> SearchSpace:
    """The width and the depth of each stage, and what has no role."""
    names = [f"stage {n + 1}" for n in range(count)]
    genes = [Gene("a", (8, 16), role="width", part=name) for name in names]
    genes += [Gene("b", (1, 2, 3), role="depth", part=name) for name in names]
    return SearchSpace((*genes, *([Gene("act", ("x", "y"), kind="categorical")] if act else [])))
