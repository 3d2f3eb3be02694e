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
from engine.space.configs import Config, ConfigFormat, FixedEntry
from engine.space.counting import SubNetworkIndex
from engine.space.features import FeatureCode
from engine.space.gene import Gene
from engine.space.roles import Role, check_resolutions

Genotypes = npt.NDArray[np.int64]
"""`(n, genes)` choice indices; a single genotype is `(genes,)`."""
_Truths = npt.NDArray[np.bool_]
_MAX_SAMPLE_ROUNDS = 50  # of random sampling
_MAX_QUOTED = 80  # characters of a wrong genotype in an error
_KEY_TYPES = (np.int8, np.int16, np.int32)


@dataclass(frozen=True)
class SearchSpace:
    """All sub-networks of a supernet.

    A genotype holds one choice index for each gene. The value of a switched-off gene has no effect:
    the canonical form sets it to choice 0, so that one network has one genotype.

    `leading` and `trailing` are entries that every config holds before and after its genes, such
    as the fixed input resolution `("r", (160,))`; values of a group that has genes follow theirs.
    `implied` entries are never written: configs of other programs may hold them, with these values.
    Raises SpaceError that names the invalid gene or entry.

    >>> SearchSpace((Gene("depth", (1, 2)), Gene("width", (8, 16), switch=0, needs=2))).size
    3
    """

    genes: tuple[Gene, ...]
    leading: tuple[FixedEntry, ...] = ()
    trailing: tuple[FixedEntry, ...] = ()
    implied: tuple[FixedEntry, ...] = ()

    def __post_init__(self) -> None:
        for name in ("genes", "leading", "trailing", "implied"):
            entries = getattr(self, name)
            if not isinstance(entries, Sequence) or isinstance(entries, str):
                raise SpaceError(f"The space has {quoted(entries)} as {name}. Give a tuple.")
            object.__setattr__(self, name, tuple(entries))
        if not self.genes:
            raise SpaceError("The space has no genes: there is nothing to search. Give it one.")
        for index, gene in enumerate(self.genes):
            if not isinstance(gene, Gene):
                raise SpaceError(f"Number {index} of the genes is {quoted(gene)}. Give a Gene.")
        check_resolutions([(gene.group, gene.role) for gene in self.genes])
        self._config_format  # noqa: B018 - checks conditions and entries now, not at the first use

    @cached_property
    def conditions(self) -> Conditions:
        """The conditions among the genes."""
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

        For categorical genes both are the first choice. Not canonical.
        """
        rising, last = self.directions, self.choices - 1
        return np.array([np.where(rising < 0, last, 0), np.where(rising > 0, last, 0)])

    @property
    def size(self) -> int:
        """Number of distinct sub-networks, exactly."""
        return self._numbering.size

    @property
    def encodings(self) -> int:
        """Number of configs that can be written, where several may encode one network."""
        return math.prod(len(gene.choices) + len(gene.aliases) for gene in self.genes)

    def genes_of(self, role: Role) -> tuple[int, ...]:
        """The genes with that role, by index."""
        return tuple(index for index, gene in enumerate(self.genes) if gene.role == role)

    def value_of(
        self, role: Role, sub_network: Genotypes | Sequence[int] | Mapping[str, Any]
    ) -> Choice | None:
        """The choice of a genotype `(genes,)`, or of a config, for the only gene with a role.

        None where not exactly one gene has it, or where it has no effect. Raises SpaceError for a
        config that is not in the space.
        """
        genes = self.genes_of(role)
        if len(genes) != 1:
            return None
        genotype = (
            self.encode(sub_network)
            if isinstance(sub_network, Mapping)
            else np.asarray(sub_network, dtype=np.int64)
        )
        gene = genes[0]
        is_active = bool(self.active(genotype[None])[0, gene])
        return self.genes[gene].choices[int(genotype[gene])] if is_active else None

    def active(self, genotypes: Genotypes) -> _Truths:
        """`(n, genes)` whether each gene has an effect; raises SpaceError as `rows` does."""
        return self.conditions.active(self.rows(genotypes))

    def canonical(self, genotypes: Genotypes) -> Genotypes:
        """The genotypes with inactive genes at choice 0; shape kept; raises as `rows` does."""
        return self._canonical(self.rows(genotypes)).reshape(np.shape(genotypes))

    def features(self, genotypes: Genotypes) -> npt.NDArray[np.float64]:
        """`(n, features)` as of `FeatureCode`, all zeros where a gene is switched off.

        Raises SpaceError as `rows` does.
        """
        rows = self.rows(genotypes)
        return self._feature_code.features(np.where(self.conditions.active(rows), rows, -1))

    def rows(self, genotypes: Any) -> Genotypes:
        """`(n, genes)` the validated choice indices of one genotype or of several.

        Raises SpaceError for anything else, such as texts or genotypes of another space.
        """
        try:
            rows = np.atleast_2d(np.asarray(genotypes))
        except ValueError:  # rows of several lengths
            rows = np.empty((0, 0))
        if rows.dtype.kind not in "iu" or rows.ndim != 2:
            raise SpaceError(
                f"The genotypes {quoted(genotypes, _MAX_QUOTED)} are no choice indices. Give "
                f"whole numbers, {len(self.genes)} for each sub-network."
            )
        has_all_genes = rows.shape[1] == len(self.genes)
        if not has_all_genes or ((rows < 0) | (rows >= self.choices)).any():
            raise SpaceError(
                f"The genotypes {quoted(rows.tolist(), _MAX_QUOTED)} are of another space: "
                f"this one has {len(self.genes)} genes. Choose the supernet that fits."
            )
        return rows.astype(np.int64, copy=False)

    @property
    def kinds(self) -> npt.NDArray[np.int64]:
        """`(features,)` the number of each feature's gene group."""
        return self._feature_code.kinds

    @property
    def kinds_with_totals(self) -> npt.NDArray[np.int64]:
        """`(features + totals,)` as `kinds`; sums are a kind of their own."""
        return self._feature_code.kinds_with_totals

    def features_with_totals(
        self, genotypes: Genotypes, precision: type[np.floating[Any]] = np.float64
    ) -> npt.NDArray[np.floating[Any]]:
        """`(n, features + totals)`: the `features`, and sums of them over groups and over stages.

        A stage is what one gene switches. Choices of a group mostly have the same effect at every
        position: a sum is learnt from few rows. It is divided by the root of its number of
        features.
        """
        return self._feature_code.with_totals(self.features(genotypes), precision)

    def sample(self, n: int, rng: np.random.Generator) -> Genotypes:
        """`(n, genes)` canonical genotypes, every gene drawn uniformly; repeats are possible."""
        return self.canonical(rng.integers(0, self.choices, (n, len(self.genes))))

    def sample_new(self, n: int, rng: np.random.Generator, excluded_keys: set[bytes]) -> Genotypes:
        """Up to `n` distinct canonical genotypes, without `excluded_keys` (keys as of `key`).

        Fewer are returned only when the space holds no more. Where most samples are excluded, the
        space is traversed: that takes as many genotypes as are excluded, at most.
        """
        known_keys = set(excluded_keys)
        genotypes: list[Genotypes] = []

        def add_new(candidates: Genotypes) -> None:
            for genotype, key in zip(candidates, self.keys(candidates), strict=True):
                if len(genotypes) < n and key not in known_keys:
                    known_keys.add(key)
                    genotypes.append(genotype)

        for _ in range(_MAX_SAMPLE_ROUNDS):
            add_new(self.sample(max(n, 16), rng))
            if len(genotypes) == n:
                break
        else:
            start, stride = self._numbering.random_traversal(rng)
            for first in range(0, self.size, max(n, 256)):
                numbers = range(first, min(first + max(n, 256), self.size))
                add_new(
                    self.genotypes_by_number(
                        [(start + stride * number) % self.size for number in numbers]
                    )
                )
                if len(genotypes) == n:
                    break
        return np.array(genotypes, dtype=np.int64).reshape(-1, len(self.genes))

    def genotypes_by_number(self, numbers: list[int]) -> Genotypes:
        """`(n, genes)` canonical genotypes of the `(n,)` numbers, each from 0 to before `size`."""
        return self._numbering.genotypes(numbers)

    def all_genotypes(self) -> Genotypes:
        """`(size, genes)` all canonical genotypes in the order of their genes; for small spaces."""
        rows = self.genotypes_by_number(list(range(self.size)))
        sorted_rows: Genotypes = rows[np.lexsort(rows.T[::-1])]
        return sorted_rows

    def key(self, genotype: Genotypes) -> bytes:
        """A hashable identity of the sub-network of a genotype; raises as `rows` does."""
        return self.keys(genotype)[0]

    def keys(self, genotypes: Genotypes) -> list[bytes]:
        """The `key` of each of `(n, genes)` genotypes; raises SpaceError as `rows` does."""
        rows = self._canonical(self.rows(genotypes)).astype(self._key_type)
        keys: list[bytes] = rows.view(f"V{rows.shape[1] * rows.itemsize}").ravel().tolist()
        return keys

    def genotypes_from_keys(self, keys: Sequence[bytes]) -> Genotypes:
        """`(n, genes)` the canonical genotypes with these keys."""
        rows = np.frombuffer(b"".join(keys), dtype=self._key_type)
        return rows.reshape(len(keys), len(self.genes)).astype(np.int64)

    @cached_property
    def smallest(self) -> Genotypes:
        """`(genes,)` the canonical genotype with every gene at its smallest number.

        Categorical genes are at their first choice, here and in `largest`.
        """
        return self.canonical(self.ends[0])

    @cached_property
    def largest(self) -> Genotypes:
        """`(genes,)` the canonical genotype with every gene at its largest number."""
        return self.canonical(self.ends[1])

    def to_config(self, genotype: Genotypes | Sequence[int]) -> Config:
        """The sub-network as a config: `{'ks': [...], 'e': [...], 'd': [...]}`.

        Raises SpaceError for a value that is no genotype of this space.
        """
        rows = self.canonical(self.rows(genotype))
        if len(rows) != 1:
            raise SpaceError(f"There are {len(rows):,} genotypes. Give one for a config.")
        return self._config_format.write(rows[0])

    def encode(self, config: Mapping[str, Any]) -> Genotypes:
        """`(genes,)` canonical genotype of a config.

        Raises SpaceError that names an entry which is missing, invalid, surplus or unknown. Fixed
        entries of this space may be left out, but not differ; a group of one gene may be given
        without its list, and a switched-off gene with any value.
        """
        return self._config_format.read(config)

    def _canonical(self, rows: Genotypes) -> Genotypes:
        return np.where(self.conditions.active(rows), rows, 0)

    @cached_property
    def _config_format(self) -> ConfigFormat:
        return ConfigFormat(self.conditions, self.leading, self.trailing, self.implied)

    @cached_property
    def _numbering(self) -> SubNetworkIndex:
        return SubNetworkIndex(self.conditions)

    @cached_property
    def _feature_code(self) -> FeatureCode:
        return FeatureCode(self.genes)

    @cached_property
    def _key_type(self) -> type[np.signedinteger[Any]]:
        """The smallest integer type that holds every choice index."""
        largest_index = int(self.choices.max()) - 1
        return next(key_type for key_type in _KEY_TYPES if largest_index <= np.iinfo(key_type).max)
