"""Conditions: which genes have an effect, depending on other genes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from engine.errors import SpaceError
from engine.quoting import quoted
from engine.space.gene import Gene

Truths = npt.NDArray[np.bool_]

Interval = tuple[int, int]
"""The choice indices from the first to before the second."""


@dataclass(frozen=True)
class Conditions:
    """The conditions among `genes`, checked.

    A gene has an effect where its switch has one and holds a choice that it needs. Raises
    SpaceError that names a gene with an invalid switch, with needs that no choice meets, or in a
    cycle of switches.
    """

    genes: tuple[Gene, ...]

    def __post_init__(self) -> None:
        for index, gene in enumerate(self.genes):
            switch = gene.switch
            if switch is None:
                continue
            if isinstance(switch, bool) or not isinstance(switch, int | np.integer):
                raise self._error(index, f"has the switch {quoted(switch)}. Give a gene's index")
            if not 0 <= switch < len(self.genes):
                raise self._error(
                    index,
                    f"has the switch {switch}, and genes are 0 to {len(self.genes) - 1}. "
                    "Give the index of the gene that switches it off",
                )
            if switch == index:
                raise self._error(index, "is its own switch. Give the index of another gene")
        for index in range(len(self.genes)):
            self._check_chain(index)
        for index, gene in enumerate(self.genes):
            if gene.switch is not None and not self._intervals(index):
                raise self._error(index, self._unmet_needs_text(gene, self.genes[gene.switch]))

    def gene_name(self, index: int) -> str:
        """The name of a gene in errors: its group and its position in it, such as `ks[2]`."""
        group = self.genes[index].group
        return f"{group}[{sum(gene.group == group for gene in self.genes[:index])}]"

    @cached_property
    def topological_order(self) -> tuple[int, ...]:
        """The gene indices, each after its switch; otherwise in their order."""
        return tuple(np.argsort(self._depths, kind="stable").tolist())

    @cached_property
    def switched_genes(self) -> tuple[tuple[int, ...], ...]:
        """The genes that each gene switches directly."""
        genes_by_switch: list[list[int]] = [[] for _ in self.genes]
        for index, gene in enumerate(self.genes):
            if gene.switch is not None:
                genes_by_switch[gene.switch].append(index)
        return tuple(map(tuple, genes_by_switch))

    def descendants(self, genes: Iterable[int]) -> list[int]:
        """The genes that some genes switch, directly or indirectly, in their order."""
        descendants = set(genes)
        for index in self.topological_order:
            if self.genes[index].switch in descendants:
                descendants.add(index)
        return sorted(i for i in descendants if self.genes[i].switch in descendants)

    def turns_on(self, index: int, choice: int) -> bool:
        """Whether a choice of its switch turns the gene on, if the switch has an effect."""
        return any(low <= choice < high for low, high in self._intervals(index))

    def highest_enabling_choice(self, index: int) -> int:
        """The highest choice of its switch that turns the gene on."""
        return max(high for _, high in self._intervals(index)) - 1

    def segments(self, index: int) -> list[tuple[Interval, tuple[int, ...]]]:
        """All choices of a gene as intervals, each with the genes that it switches on directly.

        There are few intervals, however many choices there are.
        """
        children = self.switched_genes[index]
        ends = {0, len(self.genes[index].choices)}
        ends.update(end for child in children for part in self._intervals(child) for end in part)
        return [
            ((low, high), tuple(child for child in children if self.turns_on(child, low)))
            for low, high in pairwise(sorted(ends))
        ]

    def active(self, genotypes: npt.NDArray[np.int64]) -> Truths:
        """`(n, genes)` whether each gene has an effect. Input `(n, genes)`."""
        switches, low, high = self._bounds
        switch_choices = genotypes.take(switches, axis=1)
        is_active: Truths = switch_choices >= low
        if high is not None:
            is_active &= switch_choices < high
        for index, (start, stop) in self._extra_intervals:
            is_active[:, index] |= (switch_choices[:, index] >= start) & (
                switch_choices[:, index] < stop
            )
        for genes, gene_switches in self._chained_switches:
            is_active[:, genes] &= is_active[:, gene_switches]
        return is_active

    @cached_property
    def _bounds(
        self,
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64] | None]:
        """The switch of each gene, and the first interval of its choices that turns the gene on.

        A gene without a switch is its own switch and is on with every choice. The ends are None
        where all intervals reach to the last choice, as thresholds do.
        """
        switches, low = np.arange(len(self.genes)), np.zeros(len(self.genes), dtype=np.int64)
        high, has_upper_bound = np.full(len(self.genes), np.iinfo(np.int64).max), False
        for index, gene in enumerate(self.genes):
            if gene.switch is not None:
                switches[index] = gene.switch
                low[index], high[index] = self._intervals(index)[0]
                has_upper_bound |= bool(high[index] < len(self.genes[gene.switch].choices))
        return switches, low, high if has_upper_bound else None

    @cached_property
    def _extra_intervals(self) -> list[tuple[int, Interval]]:
        """Intervals after the first one, of the few genes that have several."""
        return [
            (index, interval)
            for index, gene in enumerate(self.genes)
            if gene.switch is not None
            for interval in self._intervals(index)[1:]
        ]

    @cached_property
    def _chained_switches(self) -> list[tuple[list[int], list[int]]]:
        """Genes whose switches have switches, and those switches; level by level."""
        levels: dict[int, tuple[list[int], list[int]]] = {}
        for index in self.topological_order:
            switch = self.genes[index].switch
            if switch is not None and self.genes[switch].switch is not None:
                genes, switches = levels.setdefault(self._depths[index], ([], []))
                genes.append(index)
                switches.append(switch)
        return list(levels.values())

    @cached_property
    def _depths(self) -> tuple[int, ...]:
        """How many switches are above each gene."""
        depths = []
        for gene in self.genes:
            depth, switch = 0, gene.switch
            while switch is not None:
                depth, switch = depth + 1, self.genes[switch].switch
            depths.append(depth)
        return tuple(depths)

    def _intervals(self, index: int) -> tuple[Interval, ...]:
        return self._all_intervals[index]

    @cached_property
    def _all_intervals(self) -> tuple[tuple[Interval, ...], ...]:
        """The intervals of its switch that turn each gene on, ascending; maybe none."""
        return tuple(
            ()
            if gene.switch is None
            else self._intervals_meeting_needs(index, gene, self.genes[gene.switch])
            for index, gene in enumerate(self.genes)
        )

    def _intervals_meeting_needs(
        self, index: int, gene: Gene, switch: Gene
    ) -> tuple[Interval, ...]:
        if not isinstance(gene.needs, int | float):
            needed_values = frozenset(gene.needs)
            choice_indices = {
                choice for value in needed_values if (choice := switch.index(value)) is not None
            }
            return (
                _intervals_of(sorted(choice_indices))
                if len(choice_indices) == len(needed_values)
                else ()
            )
        if not switch.ordered:
            raise self._error(
                index,
                f"needs {gene.needs} of its switch '{switch.group}', whose choices have no order. "
                "Give the values that turn it on, as a tuple",
            )
        if isinstance(switch.choices, range):
            return _interval_of(switch.choices, gene.needs)
        values = switch.values(np.arange(len(switch.choices)))
        return _intervals_of(np.flatnonzero(values >= gene.needs).tolist())

    def _unmet_needs_text(self, gene: Gene, switch: Gene) -> str:
        if isinstance(gene.needs, int | float):
            requirement = f"needs {gene.needs} or more"
        else:
            unknown_values = sorted((v for v in gene.needs if switch.index(v) is None), key=str)
            requirement = (
                f"needs {', '.join(quoted(v) for v in unknown_values[:5]) or 'one of no values'}"
            )
        return (
            f"{requirement} of its switch '{switch.group}', which no choice of it is. "
            f"Choose {switch.choices_text()}"
        )

    def _check_chain(self, index: int) -> None:
        chain, switch = [index], self.genes[index].switch
        while switch is not None:
            if switch in chain:
                names = " by ".join(self.gene_name(i) for i in [*chain, switch])
                raise self._error(index, f"is switched in a circle: {names}. Cut it somewhere")
            chain.append(switch)
            switch = self.genes[switch].switch

    def _error(self, index: int, what: str) -> SpaceError:
        return SpaceError(f"The gene {self.gene_name(index)} (number {index} from 0) {what}.")


def _interval_of(choices: range, minimum: float) -> tuple[Interval, ...]:
    """The interval of choices that are at least `minimum`."""
    count = len(choices)
    ceiling = int(-(-minimum // 1))
    if choices.step > 0:
        start = max(0, -((choices.start - ceiling) // choices.step))
        return ((start, count),) if start < count else ()
    stop = min(count, (ceiling - choices.start) // choices.step + 1)
    return ((0, stop),) if stop > 0 else ()


def _intervals_of(indices: Sequence[int]) -> tuple[Interval, ...]:
    """Ascending indices as intervals."""
    intervals: list[Interval] = []
    for index in indices:
        if intervals and intervals[-1][1] == index:
            intervals[-1] = intervals[-1][0], index + 1
        else:
            intervals.append((index, index + 1))
    return tuple(intervals)
