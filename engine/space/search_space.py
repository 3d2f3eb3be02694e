"""The search space of a supernet: sampling, canonical form, keys, size, features, configs."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.errors import SpaceError
from engine.quoting import quoted
from engine.space.conditions import Conditions
from engine.space.configs import Config, ConfigForm, Fixed
from engine.space.counting import Numbering
from engine.space.features import FeatureCode
from engine.space.gene import Gene

Genotypes = npt.NDArray[np.int64]
"""`(n, genes)` choice indices; a single genotype is `(genes,)`."""

_Truths = npt.NDArray[np.bool_]

_LARGEST_SAMPLE_EFFORT = 50  # rejected draws per wanted genotype before they are counted through
_KEY_TYPES = (np.int8, np.int16, np.int32)


@dataclass(frozen=True)
class SearchSpace:
    """All sub-networks of a supernet.

    A genotype holds one choice index a gene. Where a gene is switched off its value cannot matter:
    the canonical form sets it to choice 0, so that one network has one genotype.

    `leading` and `trailing` are entries that every config holds before and after its genes, such
    as the fixed input resolution `("r", (160,))`; values of a group that has genes follow theirs.
    `implied` entries are never written: configs of other programs may hold them, with these values.

    Raises SpaceError that names the gene, or the entry, that cannot be.
    """

    genes: tuple[Gene, ...]
    leading: tuple[Fixed, ...] = ()
    trailing: tuple[Fixed, ...] = ()
    implied: tuple[Fixed, ...] = ()

    def __post_init__(self) -> None:
        for name in ("genes", "leading", "trailing", "implied"):
            given = getattr(self, name)
            if not isinstance(given, Sequence) or isinstance(given, str):
                raise SpaceError(f"The space has {quoted(given)} as {name}. Give a tuple.")
            object.__setattr__(self, name, tuple(given))
        if not self.genes:
            raise SpaceError("The space has no genes: there is nothing to search. Give it one.")
        for index, gene in enumerate(self.genes):
            if not isinstance(gene, Gene):
                raise SpaceError(f"Number {index} of the genes is {quoted(gene)}. Give a Gene.")
        self._form  # noqa: B018 - checks conditions and entries now, not at the first use

    @cached_property
    def conditions(self) -> Conditions:
        """Which genes switch which."""
        return Conditions(self.genes)

    @cached_property
    def choices(self) -> npt.NDArray[np.int64]:
        """`(genes,)` number of choices of each gene."""
        return np.array([len(gene.choices) for gene in self.genes])

    @cached_property
    def ordered(self) -> _Truths:
        """`(genes,)` whether the choices of each gene have an order; all but categorical ones."""
        return np.array([gene.ordered for gene in self.genes])

    @property
    def size(self) -> int:
        """Number of distinct sub-networks, exactly."""
        return self._numbering.size

    @property
    def encodings(self) -> int:
        """Number of configs that can be written, those of one network counted apart."""
        return math.prod(len(gene.choices) + len(gene.aliases) for gene in self.genes)

    @cached_property
    def switch_groups(self) -> tuple[str, ...]:
        """The groups with genes that can switch others off, such as `d`."""
        groups = (self.genes[gene.switch].group for gene in self.genes if gene.switch is not None)
        return tuple(dict.fromkeys(groups))

    def highest(self, group: str) -> float | None:
        """The largest number among the choices of a group; None without any."""
        highest = [gene.highest for gene in self.genes if gene.group == group]
        return max((number for number in highest if number is not None), default=None)

    def active(self, genotypes: Genotypes) -> _Truths:
        """`(n, genes)` whether each gene has an effect. Input `(n, genes)`."""
        return self.conditions.active(genotypes)

    def canonical(self, genotypes: Genotypes) -> Genotypes:
        """The same sub-networks with genes that have no effect at choice 0; shape kept."""
        rows = np.atleast_2d(np.asarray(genotypes, dtype=np.int64))
        return np.where(self.active(rows), rows, 0).reshape(np.shape(genotypes))

    def features(self, genotypes: Genotypes) -> npt.NDArray[np.float64]:
        """`(n, features)` as of `FeatureCode`, all zeros where a gene is switched off."""
        rows = np.atleast_2d(genotypes)
        return self._code.features(np.where(self.active(rows), rows, -1))

    @property
    def kinds(self) -> npt.NDArray[np.int64]:
        """`(features,)` the number of each feature's gene group."""
        return self._code.kinds

    @property
    def kinds_with_totals(self) -> npt.NDArray[np.int64]:
        """`(features + totals,)` as `kinds`; sums are a kind of their own."""
        return self._code.kinds_with_totals

    def features_with_totals(
        self, genotypes: Genotypes, precision: type[np.floating[Any]] = np.float64
    ) -> npt.NDArray[np.floating[Any]]:
        """`(n, features + totals)`: the `features`, and sums of them over groups and over stages.

        A stage is what one gene switches. Choices of a group mostly do the same wherever they
        stand: a sum is learnt from few rows. It is divided by the root of its number of features,
        so that it varies about as much as one of them.
        """
        return self._code.with_totals(self.features(genotypes), precision)

    def sample(self, n: int, rng: np.random.Generator) -> Genotypes:
        """`(n, genes)` canonical genotypes, every gene drawn uniformly; repeats are possible."""
        return self.canonical(rng.integers(0, self.choices, (n, len(self.genes))))

    def sample_new(self, n: int, rng: np.random.Generator, seen: set[bytes]) -> Genotypes:
        """Up to `n` distinct canonical genotypes that are not in `seen` (keys as of `key`).

        Fewer come back only when the space holds no more. Where most draws are in `seen`, it is
        counted through instead: that ends after as many genotypes as `seen` has, at the latest.
        """
        taken = set(seen)
        found: list[Genotypes] = []

        def add(drawn: Genotypes) -> None:
            for genotype, key in zip(drawn, self.keys(drawn), strict=True):
                if len(found) < n and key not in taken:
                    taken.add(key)
                    found.append(genotype)

        for _ in range(_LARGEST_SAMPLE_EFFORT):
            add(self.sample(max(n, 16), rng))
            if len(found) == n:
                break
        else:
            start, stride = self._walk(rng)
            for first in range(0, self.size, max(n, 256)):
                numbers = range(first, min(first + max(n, 256), self.size))
                add(self.numbered([(start + stride * number) % self.size for number in numbers]))
                if len(found) == n:
                    break
        return np.array(found, dtype=np.int64).reshape(-1, len(self.genes))

    def numbered(self, numbers: list[int]) -> Genotypes:
        """`(n, genes)` canonical genotypes of the `(n,)` numbers, each from 0 to before `size`."""
        return self._numbering.genotypes(numbers)

    def every(self) -> Genotypes:
        """`(size, genes)` all canonical genotypes in the order of their genes; of small spaces."""
        rows = self.numbered(list(range(self.size)))
        ordered: Genotypes = rows[np.lexsort(rows.T[::-1])]
        return ordered

    def key(self, genotype: Genotypes) -> bytes:
        """A hashable identity of the sub-network that a genotype encodes."""
        return self.keys(genotype)[0]

    def keys(self, genotypes: Genotypes) -> list[bytes]:
        """The `key` of each of `(n, genes)` genotypes."""
        rows = self.canonical(np.atleast_2d(genotypes)).astype(self._key_type)
        keys: list[bytes] = rows.view(f"V{rows.shape[1] * rows.itemsize}").ravel().tolist()
        return keys

    def from_keys(self, keys: Sequence[bytes]) -> Genotypes:
        """`(n, genes)` the canonical genotypes that have these keys."""
        rows = np.frombuffer(b"".join(keys), dtype=self._key_type)
        return rows.reshape(len(keys), len(self.genes)).astype(np.int64)

    @cached_property
    def smallest(self) -> Genotypes:
        """`(genes,)` the canonical genotype with every gene at its first choice.

        Categorical genes have no ends: they stand at their first choice here and in `largest`.
        """
        return np.zeros(len(self.genes), dtype=np.int64)

    @cached_property
    def largest(self) -> Genotypes:
        """`(genes,)` the canonical genotype with every gene that has an order at its last."""
        return self.canonical(np.where(self.ordered, self.choices - 1, 0))

    def to_config(self, genotype: Genotypes | Sequence[int]) -> Config:
        """The sub-network in `ofa`'s words: `{'ks': [...], 'e': [...], 'd': [...]}`.

        Raises SpaceError for what is no genotype of this space.
        """
        row = np.asarray(genotype, dtype=np.int64)
        if row.shape != self.choices.shape or (row < 0).any() or (row >= self.choices).any():
            raise SpaceError(
                f"The genotype {quoted(row.tolist())} is of another space: this one has "
                f"{len(self.genes)} genes. Choose the supernet that fits."
            )
        return self._form.write(self.canonical(row))

    def encode(self, config: Mapping[str, Any]) -> Genotypes:
        """`(genes,)` canonical genotype of a config.

        Raises SpaceError that names the entry which is missing, not a choice, too many, or of no
        gene. Entries that are fixed in this space may be left out, but not differ; a group of one
        gene may be given without its list, and anything where a gene is switched off.
        """
        return self._form.read(config)

    @cached_property
    def _form(self) -> ConfigForm:
        return ConfigForm(self.conditions, self.leading, self.trailing, self.implied)

    @cached_property
    def _numbering(self) -> Numbering:
        return Numbering(self.conditions)

    @cached_property
    def _code(self) -> FeatureCode:
        return FeatureCode(self.genes)

    @cached_property
    def _key_type(self) -> type[np.signedinteger[Any]]:
        """The smallest type that holds every choice index."""
        most = int(self.choices.max()) - 1
        return next(kind for kind in _KEY_TYPES if most <= np.iinfo(kind).max)

    def _walk(self, rng: np.random.Generator) -> tuple[int, int]:
        """A first number and a step that visit every number once, in no evident order."""
        low, high = rng.integers(0, 2**31, 2).tolist()
        start, stride = low % self.size, (high * self.size // 2**31) | 1
        while math.gcd(stride, self.size) != 1:
            stride += 1
        return start, stride
