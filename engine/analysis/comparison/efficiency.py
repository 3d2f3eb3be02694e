"""Evaluations to reach the same hypervolume: the ratio, the table, and a sentence each."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from engine.analysis.comparison.growth import Growth
from engine.analysis.name_text import on_one_line
from engine.analysis.number_text import share
from engine.pareto.curves import reached

LONGEST_NAME = 40
"""Characters of a name in a sentence."""

_FEWEST_SEEDS = 3  # from which quartiles over seeds say something


@dataclass(frozen=True)
class EvaluationsNeeded:
    """What one series needs to reach the final hypervolume of another.

    `evaluations` is that of the median over seeds, None if it did not get there `within` those it
    had. `quartiles` are over seeds, infinite where a quarter or more of them did not get there.
    `fewer` is how many times fewer it needs than the other one did, None if it is the other one.
    """

    evaluations: int | None
    within: int
    running: bool
    quartiles: tuple[float, float] | None
    fewer: float | None

    @property
    def text(self) -> str:
        """The cell of the table."""
        if self.evaluations is None:
            return f"not yet in {self.within}" if self.running else f"not within {self.within}"
        ends = ""
        if self.quartiles:
            low, high = self.quartiles
            ends = f" [{low:.0f} to {f'{high:.0f}' if math.isfinite(high) else 'never'}]"
        return f"{self.evaluations}{ends}{self._times}"

    @property
    def _times(self) -> str:
        return "" if self.fewer is None else f", {times(self.fewer)}"


def times(fewer: float) -> str:
    """Such as `8.1× fewer`, `1.3× more`, `as many`."""
    if 0.995 <= fewer <= 1.005:
        return "as many"
    return f"{fewer:.1f}× fewer" if fewer > 1 else f"{1 / fewer:.1f}× more"


@dataclass(frozen=True)
class HypervolumeLevel:
    """The final hypervolume of one series, and what each series needed to reach it."""

    of: str
    hypervolume: float
    needed: tuple[EvaluationsNeeded, ...]


def levels(grown: Sequence[Growth]) -> tuple[HypervolumeLevel, ...]:
    """A level for each series, the lowest first."""
    made = []
    for owner in sorted(grown, key=lambda one: one.final):
        own = reached(owner.median, owner.final) or len(owner.median)
        needed = tuple(_needed(one, owner.final, own, one is owner) for one in grown)
        made.append(HypervolumeLevel(owner.series.name, owner.final, needed))
    return tuple(made)


def _needed(one: Growth, level: float, own: int, is_owner: bool) -> EvaluationsNeeded:
    count = reached(one.median, level)
    quartiles = None
    if len(one.curves) >= _FEWEST_SEEDS and count is not None:
        each = [reached(curve, level) for curve in one.curves]
        counts = [math.inf if number is None else number for number in each]
        low, high = np.percentile(counts, [25, 75], method="inverted_cdf")
        quartiles = (float(low), float(high))
    fewer = own / count if count and not is_owner else None
    return EvaluationsNeeded(count, len(one.median), one.running, quartiles, fewer)


def usual_baseline(grown: Sequence[Growth]) -> int:
    """Which series others are measured against: random search, else the lowest in the end."""
    for i, one in enumerate(grown):
        if one.series.first.config.approach == "random":
            return i
    return min(range(len(grown)), key=lambda i: grown[i].final)


@dataclass(frozen=True)
class Markup:
    """How sentences write names and stress words; plain text if nothing else is said."""

    name: Callable[[str], str] = lambda name: on_one_line(name, LONGEST_NAME)
    stressed: Callable[[str], str] = str


PLAIN = Markup()


def sentences(grown: Sequence[Growth], baseline: int, markup: Markup = PLAIN) -> list[str]:
    """For each series but the baseline, when it reached the baseline's final hypervolume."""
    base = grown[baseline]
    own = reached(base.median, base.final) or len(base.median)
    name, stressed = markup.name(base.series.short), markup.stressed
    what = f"{name}'s {'present' if base.running else 'final'} hypervolume ({share(base.final)})"
    said = []
    for one in grown:
        if one is base:
            continue
        needed, short = _needed(one, base.final, own, False), markup.name(one.series.short)
        if needed.evaluations is not None and needed.fewer is not None:
            count, ratio = f"{needed.evaluations} evaluations", times(needed.fewer)
            said.append(
                f"{stressed(short)} reached {what} after {stressed(count)}, {name} itself after "
                f"{own}: {stressed(ratio)}."
            )
        else:
            missing = base.final - one.final
            when = f"yet, after {needed.within}" if one.running else f"within {needed.within}"
            said.append(
                f"{stressed(short)} has not reached {what} {when} evaluations: "
                f"{share(missing)} is missing."
            )
    return said
