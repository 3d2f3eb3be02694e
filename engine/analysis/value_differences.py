"""Differences between metric values as text: the amount, and whether it is better or worse."""

import math
from dataclasses import dataclass
from typing import Literal

from engine.analysis.number_text import NO_VALUE, number_with_unit
from engine.evaluation.uncertainty import REPEATED, is_within_noise
from engine.metrics import Metric

Verdict = Literal["", "better", "worse", "equal"]


@dataclass(frozen=True)
class Delta:
    """A difference as text, such as `−1.20 M MACs (−19 %)`, and its verdict."""

    text: str
    verdict: Verdict

    @property
    def words(self) -> str:
        """Text and verdict together."""
        return f"{self.text}, {self.verdict}" if self.verdict in ("better", "worse") else self.text


def difference_text(metric: Metric, difference: float) -> str:
    """The size of a difference; accuracies differ by points, not by percent."""
    if metric.unit == "%":
        return f"{abs(difference):.2f} points"
    return number_with_unit(abs(difference), metric.unit)


def delta(
    metric: Metric, first: float | None, second: float | None, noise: float = REPEATED
) -> Delta:
    """The difference of `second` from `first`; shares are equal below `noise`."""
    if first is None or second is None or not math.isfinite(second - first):
        return Delta(NO_VALUE, "")
    difference = second - first
    if is_within_noise(metric, difference, noise):
        return Delta("same" if difference == 0 else "equal within noise", "equal")
    sign = "+" if difference > 0 else "−"
    share = ""
    if metric.unit != "%" and first != 0:
        share = f" ({sign}{abs(difference / first):.0%})".replace("%", " %")
    verdict: Verdict = "better" if metric.sign * difference < 0 else "worse"
    return Delta(f"{sign}{difference_text(metric, difference)}{share}", verdict)
