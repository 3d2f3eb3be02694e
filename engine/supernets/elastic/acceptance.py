"""Which parts of a network bend: found by testing many of them together, and fewer where it fails.

Parts of one kind, such as the heads of every block, mostly bend in the same way or not at all.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from torch import nn

from engine.supernets.elastic.analysis_errors import first_line
from engine.supernets.elastic.assembly import Assembly, Bend
from engine.supernets.elastic.self_test import (
    SelfTestError,
    check_bends,
    check_branch,
    check_training,
)
from engine.supernets.elastic.settings import ElasticSettings
from engine.supernets.elastic.widths import UnitGroup, joined_groups

_ENOUGH_FAILURES = 2  # of a kind in every way: others of it are tried in the plain way only


@dataclass(frozen=True)
class PartTest:
    """What is run to test parts: the original output `expected` for `inputs`.

    `samples` random sub-networks are run. `training_inputs` are None for a network that uses the
    same weights in training as otherwise. `branches` are inputs with other operators.
    """

    model: nn.Module
    assembly: Assembly
    inputs: Any
    expected: Any
    samples: int
    training_inputs: Any = None
    branches: Sequence[Any] = ()

    def problem(self, bends: Sequence[Bend]) -> str:
        """What goes wrong where these parts bend; empty if nothing does."""
        mixes = [b.part.mixes for b in bends if isinstance(b.part, UnitGroup)]
        try:
            structure = self.assembly.structure(bends, costs=False)
            check_bends(self.model, structure, mixes, self.inputs, self.expected, self.samples)
            for inputs in self.branches:
                check_branch(self.model, structure, inputs, self.samples)
            if self.training_inputs is not None:
                check_training(self.model, structure, self.training_inputs)
        except SelfTestError as error:
            return str(error)
        except Exception as error:  # noqa: BLE001 - code of users fails in any way
            return f"a smaller one does not run ({first_line(error)})"
        return ""


_Way = Callable[[Bend], Bend]
"""How a width bends otherwise: with more, fewer or no numbers of modules that follow it."""


@dataclass
class Acceptance:
    """The parts that pass the test together, and the reasons why others are `rigid`."""

    test: PartTest
    accepted: list[Bend] = field(default_factory=list)
    rigid: dict[str, str] = field(default_factory=dict)
    _good_ways: dict[str, _Way] = field(default_factory=dict)
    _failures: Counter[str] = field(default_factory=Counter)
    _left: frozenset[tuple[str, str]] = frozenset()

    def run(self, bends: Sequence[Bend], groups: Sequence[UnitGroup], rigid: dict[str, str],
            settings: ElasticSettings) -> list[Bend]:  # fmt: skip
        """Those of `bends` that pass, and joined widths of `groups` that pass together only.

        `rigid` are names of groups that are no candidates, with the reasons.
        """
        self.rigid = dict(rigid)
        kinds = defaultdict(list)
        for bend in bends:
            kinds[kind_of(bend)].append(bend)
        self._add(list(kinds.values()))
        self._add_joined(groups, settings)
        order = {bend.name: position for position, bend in enumerate(bends)}
        return sorted(self.accepted, key=lambda bend: order.get(bend.name, -1))

    def _add(self, clusters: Sequence[Sequence[Bend]], is_whole_kind: bool = True) -> None:
        """Accept the parts of these clusters that pass, cluster by cluster where not all do."""
        candidates = [bend for cluster in clusters for bend in cluster]
        if not candidates:
            return
        problem = self._problem(candidates)
        if not problem:
            self.accepted.extend(candidates)
        elif len(clusters) > 1:
            half = len(clusters) // 2
            self._add(clusters[:half], is_whole_kind)
            self._add(clusters[half:], is_whole_kind)
        elif self._added_otherwise(candidates, is_whole_kind):
            return
        elif len(candidates) > 1:
            half = len(candidates) // 2
            self._add([candidates[:half]], is_whole_kind=False)
            self._add([candidates[half:]], is_whole_kind=False)
        else:
            self._failures[kind_of(candidates[0])] += 1
            self.rigid[candidates[0].name] = problem

    def _added_otherwise(self, cluster: Sequence[Bend], is_whole_kind: bool) -> bool:
        """Accept parts of one kind in another way, with more or fewer numbers of their modules.

        Every way is tried for a whole kind and for one part, and else the one that was good before.
        """
        kind = kind_of(cluster[0])
        ways = [self._good_ways[kind]] if kind in self._good_ways else []
        is_open = len(cluster) == 1 and self._failures[kind] < _ENOUGH_FAILURES
        if is_whole_kind or is_open:
            ways.extend(self._ways(cluster))
        tried = [list(cluster)]
        for way in ways:
            others = [way(bend) for bend in cluster]
            if others in tried:
                continue
            tried.append(others)
            if not self._problem(others):
                self._left |= others[0].except_for
                self._good_ways[kind] = way
                self.accepted.extend(others)
                return True
        return False

    def _ways(self, cluster: Sequence[Bend]) -> Iterator[_Way]:
        """A width with more, fewer and no numbers of modules that follow it."""
        parts = [bend.part for bend in cluster if isinstance(bend.part, UnitGroup)]
        numbers = dict.fromkeys(pair for part in parts for pair in self.test.assembly.numbers(part))
        if any(self.test.assembly.compares(part) for part in parts):
            yield lambda bend: replace(bend, sets_compared=True)
            yield lambda bend: replace(bend, sets_numbers=True, sets_compared=True)
            yield lambda bend: replace(bend, sets_numbers=False, sets_compared=True)
        if not numbers:
            return
        sets_numbers, learned = cluster[0].sets_numbers, self._left
        yield lambda bend: replace(bend, sets_numbers=not sets_numbers)
        if learned:
            yield _without_numbers(learned)
        if len(numbers) > 1:
            for pair in numbers:
                yield _without_numbers(learned | {pair})

    def _add_joined(self, groups: Sequence[UnitGroup], settings: ElasticSettings) -> None:
        """Accept widths and heads that bend together only: code makes one as large as the other."""
        failed = [g for g in groups if g.name in self.rigid and g.name not in settings.rigid]
        for joined in joined_groups(failed):
            is_open = all(name in self.rigid for name in joined.joins)
            if not is_open or len(joined.choices(settings)) < 2:
                continue
            bend = Bend(joined, sets_numbers=True)
            if not self._problem([bend]):
                self.accepted.append(bend)
            elif not self._added_otherwise([bend], is_whole_kind=False):
                continue
            for name in joined.joins:
                self.rigid.pop(name, None)

    def _problem(self, bends: Sequence[Bend]) -> str:
        return self.test.problem([*self.accepted, *bends])


def _without_numbers(pairs: frozenset[tuple[str, str]]) -> _Way:
    return lambda bend: replace(bend, sets_numbers=True, except_for=pairs)


def kind_of(bend: Bend) -> str:
    """What a part has in common with those of other blocks: its name without numbers."""
    return f"{type(bend.part).__name__} {re.sub(r'[0-9]+', '*', bend.name)}"
