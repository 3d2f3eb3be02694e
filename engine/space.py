"""The search space: integer genes with named choices, some switched off by others."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.errors import SpaceError

Genotypes = npt.NDArray[np.int64]
"""`(n, genes)` choice indices; a single genotype is `(genes,)`."""

_Truths = npt.NDArray[np.bool_]

Config = dict[str, Any]
"""A sub-network in `ofa`'s words: a list a gene group, such as `{'ks': [...], 'd': [...]}`."""

_FEWEST_SUMMED = 4  # genes of which a sum tells more than each by itself
_LARGEST_SAMPLE_EFFORT = 50  # rejected draws per wanted genotype before a space counts as used up


@dataclass(frozen=True)
class Gene:
    """One choice. `group` is its key in a config, such as `ks`; genes of a group keep their order.

    `switch` is the index of the gene that can switch this one off, which it does where its own
    value is below `needs`: a block needs its stage to be deep enough. `aliases` are pairs of a
    value that configs may hold and the choice that means the same network.
    """

    group: str
    choices: tuple[float, ...]
    switch: int | None = None
    needs: int = 0
    aliases: tuple[tuple[float, float], ...] = ()

    def index(self, value: Any) -> int | None:
        """The index of the choice that `value` names; None if it is none."""
        meant = dict(self.aliases).get(value, value) if isinstance(value, int | float) else value
        return self.choices.index(meant) if meant in self.choices else None


@dataclass(frozen=True)
class SearchSpace:
    """All sub-networks of a supernet.

    A genotype holds one choice index a gene. Where a gene is switched off its value cannot matter:
    the canonical form sets it to choice 0, so that one network has one genotype.

    `leading` and `trailing` are entries that every config holds before and after its genes, such
    as the fixed input resolution `("r", (224,))`; values of a group that has genes follow theirs.
    """

    genes: tuple[Gene, ...]
    leading: tuple[tuple[str, tuple[float, ...] | None], ...] = ()
    trailing: tuple[tuple[str, tuple[float, ...]], ...] = ()

    @cached_property
    def choices(self) -> npt.NDArray[np.int64]:
        """`(genes,)` number of choices of each gene."""
        return np.array([len(gene.choices) for gene in self.genes])

    @cached_property
    def size(self) -> int:
        """Number of distinct sub-networks, exactly."""
        controlled: dict[int, list[Gene]] = {}
        for gene in self.genes:
            if gene.switch is not None:
                controlled.setdefault(gene.switch, []).append(gene)
        total = 1
        for index, gene in enumerate(self.genes):
            if index in controlled:
                total *= sum(
                    math.prod(len(g.choices) for g in controlled[index] if g.needs <= value)
                    for value in gene.choices
                )
            elif gene.switch is None:
                total *= len(gene.choices)
        return total

    @property
    def encodings(self) -> int:
        """Number of configs that can be written, those of one network counted apart."""
        return math.prod(len(gene.choices) + len(gene.aliases) for gene in self.genes)

    @cached_property
    def switch_groups(self) -> tuple[str, ...]:
        """The groups with genes that can switch others off, such as `d`."""
        groups = (self.genes[gene.switch].group for gene in self.genes if gene.switch is not None)
        return tuple(dict.fromkeys(groups))

    @cached_property
    def _switches(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], _Truths]:
        """The switch of each gene, and at `starts[i] + c` whether its choice `c` turns gene `i` on.

        A gene without a switch counts as its own, and is on with every choice.
        """
        most = int(self.choices.max())
        table = np.ones((len(self.genes), most), dtype=bool)
        switches = np.arange(len(self.genes))
        for i, gene in enumerate(self.genes):
            if gene.switch is not None:
                values = np.array(self.genes[gene.switch].choices)
                table[i, : len(values)] = values >= gene.needs
                switches[i] = gene.switch
        return switches, np.arange(len(self.genes)) * most, table.ravel()

    def active(self, genotypes: Genotypes) -> _Truths:
        """`(n, genes)` whether each gene has an effect. Input `(n, genes)`."""
        switches, starts, turns_on = self._switches
        on: _Truths = turns_on.take(genotypes.take(switches, axis=1) + starts)
        return on

    def canonical(self, genotypes: Genotypes) -> Genotypes:
        """The same sub-networks with genes that have no effect at choice 0; shape kept."""
        rows = np.atleast_2d(np.asarray(genotypes, dtype=np.int64))
        return np.where(self.active(rows), rows, 0).reshape(np.shape(genotypes))

    def features(self, genotypes: Genotypes) -> npt.NDArray[np.float64]:
        """`(n, sum of choices)` thermometer encoding, all zeros where a gene is switched off.

        Column `j` of a gene is 1 where its choice is `j` or a later one: choices that are further
        apart differ in more columns, and a switched-off gene is next to its smallest choice.
        """
        rows = np.atleast_2d(genotypes)
        gene, level = self._columns
        chosen = np.where(self.active(rows), rows, -1)
        return (chosen.take(gene, axis=1) >= level).astype(np.float64)

    @cached_property
    def _columns(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """The gene and the choice of each feature."""
        gene = np.repeat(np.arange(len(self.genes)), self.choices)
        return gene, np.concatenate([np.arange(n) for n in self.choices])

    @cached_property
    def _totals(self) -> npt.NDArray[np.float64]:
        """`(features, totals)` weights that sum the features of a group, and of it in a stage."""
        genes, _ = self._columns
        groups = np.array([self.genes[g].group for g in genes])
        switches = np.array([-1 if (s := self.genes[g].switch) is None else s for g in genes])
        parts = []
        for group in dict.fromkeys(groups):
            inside = groups == group
            stages = [inside & (switches == s) for s in np.unique(switches[inside])]
            parts += [inside, *(stage for stage in stages if len(stages) > 1)]
        parts = [part for part in parts if len(np.unique(genes[part])) >= _FEWEST_SUMMED]
        members = np.array(parts, dtype=float).reshape(len(parts), len(genes)).T
        weights: npt.NDArray[np.float64] = members / np.sqrt(members.sum(axis=0))
        return weights

    @cached_property
    def kinds(self) -> npt.NDArray[np.int64]:
        """`(features,)` the number of each feature's gene group."""
        numbers = {group: i for i, group in enumerate(dict.fromkeys(g.group for g in self.genes))}
        return np.repeat([numbers[gene.group] for gene in self.genes], self.choices)

    @cached_property
    def kinds_with_totals(self) -> npt.NDArray[np.int64]:
        """`(features + totals,)` as `kinds`; sums are a kind of their own."""
        return np.append(self.kinds, np.full(self._totals.shape[1], self.kinds.max() + 1))

    def features_with_totals(
        self, genotypes: Genotypes, precision: type[np.floating[Any]] = np.float64
    ) -> npt.NDArray[np.floating[Any]]:
        """`(n, features + totals)`: the `features`, and sums of them over groups and over stages.

        A stage is what one gene switches. Choices of a group mostly do the same wherever they
        stand: a sum is learnt from few rows. It is divided by the root of its number of features,
        so that it varies about as much as one of them.
        """
        features = self.features(genotypes).astype(precision, copy=False)
        return np.hstack([features, features @ self._totals.astype(precision, copy=False)])

    def sample(self, n: int, rng: np.random.Generator) -> Genotypes:
        """`(n, genes)` canonical genotypes, every gene drawn uniformly; repeats are possible."""
        return self.canonical(rng.integers(0, self.choices, (n, len(self.genes))))

    def sample_new(self, n: int, rng: np.random.Generator, seen: set[bytes]) -> Genotypes:
        """Up to `n` distinct canonical genotypes that are not in `seen` (keys as of `key`).

        Fewer come back only when the space holds no more, as far as drawing can tell.
        """
        taken = set(seen)
        found: list[Genotypes] = []
        for _ in range(_LARGEST_SAMPLE_EFFORT):
            drawn = self.sample(max(n, 16), rng)
            for genotype, key in zip(drawn, self.keys(drawn), strict=True):
                if len(found) < n and key not in taken:
                    taken.add(key)
                    found.append(genotype)
            if len(found) == n:
                break
        return np.array(found, dtype=np.int64).reshape(-1, len(self.genes))

    def key(self, genotype: Genotypes) -> bytes:
        """A hashable identity of the sub-network that a genotype encodes."""
        return self.keys(genotype)[0]

    def keys(self, genotypes: Genotypes) -> list[bytes]:
        """The `key` of each of `(n, genes)` genotypes."""
        rows = self.canonical(np.atleast_2d(genotypes)).astype(np.int8)
        keys: list[bytes] = rows.view(f"V{rows.shape[1]}").ravel().tolist()
        return keys

    @cached_property
    def smallest(self) -> Genotypes:
        """`(genes,)` the genotype with every gene at its first choice."""
        return np.zeros(len(self.genes), dtype=np.int64)

    @cached_property
    def largest(self) -> Genotypes:
        """`(genes,)` the genotype with every gene at its last choice."""
        return self.choices - 1

    def to_config(self, genotype: Genotypes | Sequence[int]) -> Config:
        """The sub-network in `ofa`'s words: `{'ks': [...], 'e': [...], 'd': [...]}`."""
        canonical = self.canonical(np.asarray(genotype, dtype=np.int64))
        config: Config = {group: values and list(values) for group, values in self.leading}
        for gene, choice in zip(self.genes, canonical, strict=True):
            config.setdefault(gene.group, []).append(gene.choices[choice])
        for group, values in self.trailing:
            config.setdefault(group, []).extend(values)
        return config

    def encode(self, config: Mapping[str, Any]) -> Genotypes:
        """`(genes,)` canonical genotype of a config; keys that are no gene (`wid`) are ignored.

        Raises SpaceError that names the entry which is missing or not a choice. An entry that is
        fixed in this space may be left out, but not differ.
        """
        genotype, position = [], dict.fromkeys((gene.group for gene in self.genes), 0)
        for gene in self.genes:
            values, at = config.get(gene.group), position[gene.group]
            if not isinstance(values, list | tuple) or len(values) <= at:
                raise SpaceError(
                    f"The config has no entry {gene.group}[{at}]. Give a list for each of "
                    f"{', '.join(position)}."
                )
            choice = gene.index(values[at])
            if choice is None:
                raise SpaceError(
                    f"{gene.group}[{at}] = {values[at]} is not in the space. "
                    f"Choose from {', '.join(map(str, gene.choices))}."
                )
            genotype.append(choice)
            position[gene.group] += 1
        for group, fixed in self.trailing:
            rest = list(config.get(group) or ())[position.get(group, 0) :]
            if rest and rest != list(fixed):
                raise SpaceError(
                    f"{group} ends with {', '.join(map(str, rest))}, but this space has "
                    f"{', '.join(map(str, fixed))} fixed there. Choose the supernet that fits."
                )
        return self.canonical(np.array(genotype, dtype=np.int64))


def mbconv_space(
    stages: int,
    blocks: int,
    kernels: tuple[int, ...] = (3, 5, 7),
    expands: tuple[int, ...] = (3, 4, 6),
    depths: tuple[int, ...] = (2, 3, 4),
    final_blocks: int = 0,
) -> SearchSpace:
    """The Once-for-All MobileNet space: kernel and expansion a block, depth a stage.

    Genes stand in the order ks, e, d. `final_blocks` follow the stages and are never left out.
    Source: Cai et al., "Once-for-All", ICLR 2020, section 3.
    """
    first_depth = 2 * (stages * blocks + final_blocks)
    genes = []
    for group, choices in (("ks", kernels), ("e", expands)):
        genes += [
            Gene(group, choices, switch=first_depth + stage, needs=block + 1)
            for stage in range(stages)
            for block in range(blocks)
        ]
        genes += [Gene(group, choices)] * final_blocks
    return SearchSpace((*genes, *(Gene("d", depths) for _ in range(stages))))
