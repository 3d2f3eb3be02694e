"""Constraints on the metrics of sub-networks, such as `macs <= 300e6`."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.errors import ConfigError
from engine.metrics import LARGEST, Metric, metric
from engine.quoting import quoted

# Each character can be matched in one way only, so that reading takes time linear in the length.
_NUMBER = r"[+-]?(?:[0-9]+(?:_[0-9]+)*(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_SUFFIXED_NUMBER = re.compile(rf"({_NUMBER})\s*([kMG]?)")
_CONSTRAINT = re.compile(rf"(\w+)\s*(<=|>=|≤|≥)\s*({_NUMBER}\s*[kMG]?)")
_LONGEST = 200  # characters
_MULTIPLES = {"": 1.0, "k": 1e3, "M": 1e6, "G": 1e9}


def parse_number(text: str) -> float:
    """Parse `300e6`, `300M` or `50 k`; raises ConfigError for any other text."""
    number = _read(text.strip()) if len(text) <= _LONGEST else math.inf
    if abs(number) > LARGEST:
        raise ConfigError(f"{quoted(text, 60)} is not a number. Write one such as 300e6 or 300M.")
    return number


def _read(text: str) -> float:
    """The number in a text without spaces around it; infinite where there is none."""
    match = _SUFFIXED_NUMBER.fullmatch(text)
    return float(match[1]) * _MULTIPLES[match[2]] + 0.0 if match else math.inf


@dataclass(frozen=True)
class Constraint:
    """A bound on a metric in that metric's unit: at most `limit`, or `at_least` it."""

    metric: Metric
    at_least: bool
    limit: float

    @classmethod
    def parse(cls, text: str) -> "Constraint":
        """Read `macs <= 300e6`, `macs <= 300M` or `acc >= 75`; raises ConfigError."""
        if len(text) > _LONGEST:
            raise ConfigError(
                f"A constraint has at most {_LONGEST} characters, not {len(text):,}: "
                f"{quoted(text, 60)}. Write a shorter one, such as 'macs <= 300e6'."
            )
        match = _CONSTRAINT.fullmatch(text.strip())
        limit = _read(match[3]) if match else math.inf
        if not match or abs(limit) > LARGEST:
            raise ConfigError(
                f"{quoted(text)} is not a constraint. Write a metric, <= or >=, and a number, such "
                "as 'macs <= 300e6' or 'acc >= 75'."
            )
        try:
            constrained_metric = metric(match[1])
        except ConfigError as error:
            raise ConfigError(f"{quoted(text)}: {error}") from None
        return cls(constrained_metric, match[2] in (">=", "≥"), limit + 0.0)  # 0.0 instead of -0.0

    def violation(self, values: Any) -> npt.NDArray[np.float64]:
        """By how much values violate the limit, as a fraction of it; 0 where they satisfy it.

        Infinite where a value is NaN. The result has the shape of `values`.
        """
        excess = np.asarray(values, dtype=np.float64) - self.limit
        violation = np.maximum(-excess if self.at_least else excess, 0.0) / (abs(self.limit) or 1.0)
        return np.where(np.isnan(violation), np.inf, violation)

    @property
    def label(self) -> str:
        """The constraint for display, such as `MACs ≤ 300e6` or `Latency ≤ 20 ms`."""
        unit = "" if self.metric.computable else f" {self.metric.unit}"
        return f"{self.metric.label} {'≥' if self.at_least else '≤'} {self._limit_text}{unit}"

    @property
    def _limit_text(self) -> str:
        short = f"{self.limit:.12g}"
        if 1e6 <= abs(self.limit) < 1e17:
            short = f"{self.limit / 1e6:.12g}e6"
        return short if float(short) == self.limit else repr(self.limit)

    def __str__(self) -> str:
        return f"{self.metric.name} {'>=' if self.at_least else '<='} {self._limit_text}"


def violations(
    constraints: Sequence[Constraint], values: Mapping[str, Any]
) -> npt.NDArray[np.float64]:
    """The sum of the violations of all constraints; a metric missing in `values` counts as NaN."""
    total: npt.NDArray[np.float64] = np.zeros(())
    for constraint in constraints:
        total = total + constraint.violation(values.get(constraint.metric.name, np.nan))
    return total


def missed_constraints(
    constraints: Sequence[Constraint], values: Mapping[str, float]
) -> list[Constraint]:
    """The constraints that one sub-network's `values` violate."""
    return [c for c in constraints if violations([c], values) > 0]
