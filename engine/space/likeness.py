"""Whether two supernets have the same search space: the same genes with the same choices."""

from dataclasses import replace

from engine.space.gene import Gene
from engine.space.search_space import SearchSpace


def difference(space: SearchSpace, other: SearchSpace) -> str:
    """How the genes of `space` differ from those of `other`, after a subject; empty if they agree.

    Labels do not count, nor what configs may hold in place of a choice.

    >>> one = SearchSpace((Gene("width", (8, 16)),))
    >>> difference(one, SearchSpace((Gene("width", (8, 16), label="Width"),)))
    ''
    >>> difference(one, SearchSpace((Gene("width", (8, 32)),)))
    'has other choices for width, gene 1'
    """
    if len(space.genes) != len(other.genes):
        count = f"{len(space.genes)} gene{'s' if len(space.genes) != 1 else ''}"
        return f"has {count}, not {len(other.genes)}"
    for number, (gene, counterpart) in enumerate(zip(space.genes, other.genes, strict=True), 1):
        if gene == counterpart or _plain(gene) == _plain(counterpart):
            continue
        where = f"{gene.group}, gene {number}"
        if gene.group != counterpart.group:
            return f"has {where}, in the place of {counterpart.group}"
        if tuple(gene.choices) != tuple(counterpart.choices):
            return f"has other choices for {where}"
        return f"gives {where}, another meaning"
    return ""


def _plain(gene: Gene) -> Gene:
    """The gene without what is only for people or files."""
    return replace(gene, label="", aliases=(), index_of=None)
