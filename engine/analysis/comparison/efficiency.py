"""Sample efficiency: evaluations that series need to reach the same hypervolume."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from engine.analysis.comparison.growth import Growth
from engine.analysis.name_text import on_one_line
from engine.analysis.number_text import hypervolume_text
from engine.count_text import count_text
from engine.pareto.curves import evaluations_to_reach

LONGEST_NAME = 40
"""Characters of a name in a sentence."""

_MIN_SEEDS = 3  # fewer have no meaningful quartiles


@dataclass(frozen=True)
class EvaluationsNeeded:
    """The evaluations that one series needs to reach the final hypervolume of another.

    `evaluations` is that of the median over seeds, None if it did not get there `within` its
    evaluations. `quartiles` are over seeds, infinite where a quarter or more of them did not get
    there. `ratio` is how many times fewer it needs than the other series, None if it is the other
    one or either has no evaluations. `computed` is whether a series that computes and measures
    nothing got there; None for one that measures.
    """

    evaluations: int | None
    within: int
    is_running: bool
    quartiles: tuple[float, float] | None
    ratio: float | None
    computed: bool | None = None

    @property
    def text(self) -> str:
        """The text of a table cell."""
        if self.computed is not None:
            return "reached, computed" if self.computed else "not reached, computed"
        if self.evaluations is None:
            return f"not yet in {self.within}" if self.is_running else f"not within {self.within}"
        quartiles_text = ""
        if self.quartiles:
            low, high = self.quartiles
            quartiles_text = f" [{low:.0f} to {f'{high:.0f}' if math.isfinite(high) else 'never'}]"
        return f"{self.evaluations}{quartiles_text}{self._ratio_text}"

    @property
    def _ratio_text(self) -> str:
        return "" if self.ratio is None else f", {ratio_text(self.ratio)}"


def ratio_text(ratio: float) -> str:
    """A ratio as text: `8.1× fewer`, `1.3× more`, `as many`, `about as many`."""
    if 0.995 <= ratio <= 1.005:
        return "as many"
    if 1 / 1.05 < ratio < 1.05:
        return "about as many"
    return f"{ratio:.1f}× fewer" if ratio > 1 else f"{1 / ratio:.1f}× more"


@dataclass(frozen=True)
class HypervolumeLevel:
    """The final hypervolume of one series, and the evaluations that each series needs for it."""

    series_name: str
    hypervolume: float
    evaluations_needed: tuple[EvaluationsNeeded, ...]


def hypervolume_levels(growths: Sequence[Growth]) -> tuple[HypervolumeLevel, ...]:
    """A level for each series, the lowest first."""
    levels = []
    for reference in sorted(growths, key=lambda growth: growth.final):
        evaluations_needed = tuple(_evaluations_needed(growth, reference) for growth in growths)
        levels.append(HypervolumeLevel(reference.series.name, reference.final, evaluations_needed))
    return tuple(levels)


def _own_evaluations(growth: Growth) -> int | None:
    """The evaluations after which a series has its final hypervolume; None if it makes none."""
    if growth.computes:
        return None
    return evaluations_to_reach(growth.median, growth.final) or len(growth.median)


def _evaluations_needed(growth: Growth, reference: Growth) -> EvaluationsNeeded:
    level, own_count = reference.final, _own_evaluations(reference)
    count = evaluations_to_reach(growth.median, level)
    if growth.computes:
        return EvaluationsNeeded(None, 0, growth.is_running, None, None, count is not None)
    quartiles = None
    if len(growth.curves) >= _MIN_SEEDS and count is not None:
        seed_counts = [evaluations_to_reach(curve, level) for curve in growth.curves]
        counts = [math.inf if number is None else number for number in seed_counts]
        low, high = np.percentile(counts, [25, 75], method="inverted_cdf")
        quartiles = (float(low), float(high))
    ratio = own_count / count if count and own_count and growth is not reference else None
    return EvaluationsNeeded(count, len(growth.median), growth.is_running, quartiles, ratio)


def usual_baseline(growths: Sequence[Growth]) -> int:
    """The index of the default baseline: random search, else the lowest final hypervolume.

    One that measures comes before those that compute, which have no evaluations to compare.

    >>> usual_baseline(grown_series(series_of([run.history]))[0])
    0
    """
    for i, growth in enumerate(growths):
        if growth.series.first.config.approach == "random":
            return i
    return min(range(len(growths)), key=lambda i: (growths[i].computes, growths[i].final))


@dataclass(frozen=True)
class Markup:
    """How sentences format names and emphasis; plain text by default."""

    name: Callable[[str], str] = lambda name: on_one_line(name, LONGEST_NAME)
    stressed: Callable[[str], str] = str


PLAIN = Markup()


def sentences(growths: Sequence[Growth], baseline: int, markup: Markup = PLAIN) -> list[str]:
    """For each series but the baseline, when it reached the baseline's final hypervolume.

    Of a series that computes and measures nothing, whether it did: it has no evaluations.

    >>> grown, box = grown_series(series_of([run.history, run.history], apart=True))
    >>> len(efficiency_sentences(grown, usual_baseline(grown)))
    1
    """
    base = growths[baseline]
    own_count = _own_evaluations(base)
    name, stressed = markup.name(base.series.short_name), markup.stressed
    state, final = "present" if base.is_running else "final", hypervolume_text(base.final)
    target = f"{name}'s {state} hypervolume ({final})"
    lines = []
    for growth in growths:
        if growth is base:
            continue
        requirement = _evaluations_needed(growth, base)
        short, missing = markup.name(growth.series.short_name), base.final - growth.final
        if requirement.computed is not None:
            verdict = (
                f"reaches {target} with {hypervolume_text(growth.final)}"
                if requirement.computed
                else f"does not reach {target}: {hypervolume_text(missing)} is missing"
            )
            lines.append(f"{stressed(short)} {verdict}. It computes and makes no evaluations.")
        elif requirement.evaluations is not None:
            count = count_text(requirement.evaluations, "evaluation")
            compared = (
                f", {name} itself after {own_count}: {stressed(ratio_text(requirement.ratio))}"
                if requirement.ratio is not None
                else f". {name} computes and makes no evaluations"
            )
            lines.append(f"{stressed(short)} reached {target} after {stressed(count)}{compared}.")
        else:
            within = count_text(requirement.within, "evaluation")
            when = f"yet, after {within}" if growth.is_running else f"within {within}"
            lines.append(
                f"{stressed(short)} has not reached {target} {when}: "
                f"{hypervolume_text(missing)} is missing."
            )
    return lines
