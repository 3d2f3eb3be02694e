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
from engine.space.choice import Choice
from engine.space.conditions import Conditions
from engine.space.configs import Config, ConfigForm, Fixed
from engine.space.counting import SubNetworkIndex
from engine.space.features import FeatureCode
from engine.space.gene import Gene
from engine.space.roles import Role, check_resolutions

Genotypes = npt.NDArray[np.int64]
"""`(n, genes)` choice indices; a single genotype is `(genes,)`."""

_Truths = npt.NDArray[np.bool_]

_LARGEST_SAMPLE_EFFORT = 50  # rejected draws per wanted genotype before they are counted through
_LONGEST = 80  # characters of a wrong genotype that a sentence repeats
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
        check_resolutions([(gene.group, gene.role) for gene in self.genes])
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

    @cached_property
    def directions(self) -> npt.NDArray[np.int64]:
        """`(genes,)` 1 where choices rise, -1 where they fall, 0 where they have no order."""
        return np.array([gene.direction for gene in self.genes])

    @cached_property
    def ends(self) -> Genotypes:
        """`(2, genes)` indices of each gene's smallest number and of its largest.

        Categorical genes have neither: both are their first choice. Not canonical.
        """
        rising, last = self.directions, self.choices - 1
        return np.array([np.where(rising < 0, last, 0), np.where(rising > 0, last, 0)])

    @property
    def size(self) -> int:
        """Number of distinct sub-networks, exactly."""
        return self._numbering.size

    @property
    def encodings(self) -> int:
        """Number of configs that can be written, those of one network counted apart."""
        return math.prod(len(gene.choices) + len(gene.aliases) for gene in self.genes)

    def genes_of(self, role: Role) -> tuple[int, ...]:
        """The genes with that role, by index."""
        return tuple(index for index, gene in enumerate(self.genes) if gene.role == role)

    def value_of(
        self, role: Role, of: Genotypes | Sequence[int] | Mapping[str, Any]
    ) -> Choice | None:
        """What a genotype `(genes,)`, or a config, has chosen as the one gene with that role.

        None where no gene has it, several have it, or it has no effect there. Raises SpaceError
        for a config that is not in the space.
        """
        genes = self.genes_of(role)
        if len(genes) != 1:
            return None
        genotype = self.encode(of) if isinstance(of, Mapping) else np.asarray(of, dtype=np.int64)
        gene = genes[0]
        on = bool(self.active(genotype[None])[0, gene])
        return self.genes[gene].choices[int(genotype[gene])] if on else None

    def active(self, genotypes: Genotypes) -> _Truths:
        """`(n, genes)` whether each gene has an effect; raises SpaceError as `rows` does."""
        return self.conditions.active(self.rows(genotypes))

    def canonical(self, genotypes: Genotypes) -> Genotypes:
        """The same sub-networks with genes that have no effect at choice 0; shape kept.

        Raises SpaceError as `rows` does.
        """
        return self._canonical(self.rows(genotypes)).reshape(np.shape(genotypes))

    def features(self, genotypes: Genotypes) -> npt.NDArray[np.float64]:
        """`(n, features)` as of `FeatureCode`, all zeros where a gene is switched off.

        Raises SpaceError as `rows` does.
        """
        rows = self.rows(genotypes)
        return self._code.features(np.where(self.conditions.active(rows), rows, -1))

    def rows(self, genotypes: Any) -> Genotypes:
        """`(n, genes)` the choice indices of one genotype or of several, each within its gene.

        Raises SpaceError for what is none, such as texts, numbers with decimals, or genotypes of
        another space.
        """
        try:
            rows = np.atleast_2d(np.asarray(genotypes))
        except ValueError:  # rows of several lengths
            rows = np.empty((0, 0))
        if rows.dtype.kind not in "iu" or rows.ndim != 2:
            raise SpaceError(
                f"The genotypes {quoted(genotypes, _LONGEST)} are no choice indices. Give whole "
                f"numbers, {len(self.genes)} for each sub-network."
            )
        fitting = rows.shape[1] == len(self.genes)
        if not fitting or ((rows < 0) | (rows >= self.choices)).any():
            raise SpaceError(
                f"The genotypes {quoted(rows.tolist(), _LONGEST)} are of another space: this one "
                f"has {len(self.genes)} genes. Choose the supernet that fits."
            )
        return rows.astype(np.int64, copy=False)

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
            start, stride = self._numbering.walk(rng)
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
        """A hashable identity of the sub-network that a genotype encodes; raises as `rows` does."""
        return self.keys(genotype)[0]

    def keys(self, genotypes: Genotypes) -> list[bytes]:
        """The `key` of each of `(n, genes)` genotypes; raises SpaceError as `rows` does."""
        rows = self._canonical(self.rows(genotypes)).astype(self._key_type)
        keys: list[bytes] = rows.view(f"V{rows.shape[1] * rows.itemsize}").ravel().tolist()
        return keys

    def from_keys(self, keys: Sequence[bytes]) -> Genotypes:
        """`(n, genes)` the canonical genotypes that have these keys."""
        rows = np.frombuffer(b"".join(keys), dtype=self._key_type)
        return rows.reshape(len(keys), len(self.genes)).astype(np.int64)

    @cached_property
    def smallest(self) -> Genotypes:
        """`(genes,)` the canonical genotype with every gene at its smallest number.

        Categorical genes have no ends: they stand at their first choice here and in `largest`.
        """
        return self.canonical(self.ends[0])

    @cached_property
    def largest(self) -> Genotypes:
        """`(genes,)` the canonical genotype with every gene at its largest number."""
        return self.canonical(self.ends[1])

    def to_config(self, genotype: Genotypes | Sequence[int]) -> Config:
        """The sub-network in `ofa`'s words: `{'ks': [...], 'e': [...], 'd': [...]}`.

        Raises SpaceError for what is no genotype of this space.
        """
        rows = self.canonical(self.rows(genotype))
        if len(rows) != 1:
            raise SpaceError(f"There are {len(rows):,} genotypes. Give one for a config.")
        return self._form.write(rows[0])

    def encode(self, config: Mapping[str, Any]) -> Genotypes:
        """`(genes,)` canonical genotype of a config.

        Raises SpaceError that names the entry which is missing, not a choice, too many, or of no
        gene. Entries that are fixed in this space may be left out, but not differ; a group of one
        gene may be given without its list, and anything where a gene is switched off.
        """
        return self._form.read(config)

    def _canonical(self, rows: Genotypes) -> Genotypes:
        return np.where(self.conditions.active(rows), rows, 0)

    @cached_property
    def _form(self) -> ConfigForm:
        return ConfigForm(self.conditions, self.leading, self.trailing, self.implied)

    @cached_property
    def _numbering(self) -> SubNetworkIndex:
        return SubNetworkIndex(self.conditions)

    @cached_property
    def _code(self) -> FeatureCode:
        return FeatureCode(self.genes)

    @cached_property
    def _key_type(self) -> type[np.signedinteger[Any]]:
        """The smallest type that holds every choice index."""
        most = int(self.choices.max()) - 1
        return next(kind for kind in _KEY_TYPES if most <= np.iinfo(kind).max)
