"""Constraints on the metrics of sub-networks, such as `macs <= 300e6`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.bound_text import (
    COUNT_UNITS,
    metric_called,
    number_text,
    quantity_example,
    quantity_text,
    read_bound,
    read_quantity,
    split_bounds,
)
from engine.errors import ConfigError
from engine.metrics import LARGEST, Metric
from engine.quoting import quoted

_AT_STRICT_LIMIT = 1e-12  # the violation of a strict bound by a value that equals its limit


@dataclass(frozen=True)
class Constraint:
    """A bound on a metric in that metric's unit: at most `limit`, or `at_least` it.

    A `strict` bound is not satisfied by the limit itself.
    """

    metric: Metric
    at_least: bool
    limit: float
    strict: bool = False

    @classmethod
    def parse(cls, text: str) -> "Constraint":
        """Read one bound in the grammar of `engine.bound_text`; raises ConfigError."""
        metric, sign, limit = read_bound(text)
        return cls(metric, sign[0] == ">", limit, len(sign) == 1)

    @classmethod
    def no_worse_than(cls, metric: Metric, limit: float) -> "Constraint":
        """At most `limit` where less is better, at least `limit` where more is."""
        return cls(metric, metric.direction == "max", limit)

    @property
    def allows_better(self) -> bool:
        """Whether the bound is on the worse side: at most where less is better, else at least."""
        return self.at_least == (self.metric.direction == "max")

    def violation(self, values: Any) -> npt.NDArray[np.float64]:
        """By how much values violate the limit, as a fraction of it; 0 where they satisfy it.

        A value equal to a strict limit violates it by a trifle. Infinite where a value is NaN. The
        result has the shape of `values`.
        """
        excess = np.asarray(values, dtype=np.float64) - self.limit
        violation = np.maximum(-excess if self.at_least else excess, 0.0) / (abs(self.limit) or 1.0)
        if self.strict:
            violation = np.where(excess == 0, _AT_STRICT_LIMIT, violation)
        return np.where(np.isnan(violation), np.inf, violation)

    @property
    def label(self) -> str:
        """The constraint for display, such as `MACs ≤ 300 M` or `Latency < 20 ms`."""
        sign = {"<=": "≤", ">=": "≥"}.get(self.sign, self.sign)
        is_count = self.metric.unit in COUNT_UNITS  # whose unit the label has
        value = (number_text if is_count else quantity_text)(self.limit, self.metric)
        return f"{self.metric.label} {sign} {value}"

    @property
    def sign(self) -> str:
        """`<=`, `<`, `>=` or `>`."""
        return (">" if self.at_least else "<") + ("" if self.strict else "=")

    @property
    def _limit_text(self) -> str:
        short = f"{self.limit:.12g}"
        if 1e6 <= abs(self.limit) < 1e17:
            short = f"{self.limit / 1e6:.12g}e6"
        return short if float(short) == self.limit else repr(self.limit)

    def __str__(self) -> str:
        return f"{self.metric.name} {self.sign} {self._limit_text}"


Limits = str | Iterable["str | Constraint"] | Mapping[str, float | str]
"""Bounds as a text such as `macs <= 300M and lat <= 20 ms`, as several texts, or by metric."""


def parse_constraints(limits: Limits) -> list[Constraint]:
    """Read bounds that commas or `and` join, or several such texts; raises ConfigError.

    A mapping has the worst value by metric, a number in the metric's unit or a text such as `50k`:
    at most this value where less is better, else at least. None in an empty text; each bound once.
    """
    if isinstance(limits, Mapping):
        return [_worst_value(name, value) for name, value in limits.items()]
    texts = [limits] if isinstance(limits, str | Constraint) else limits
    if not isinstance(texts, Iterable):
        raise _not_a_bound(texts)
    constraints: list[Constraint] = []
    for entry in texts:
        if isinstance(entry, Constraint):
            constraints.append(entry)
        elif isinstance(entry, str):
            constraints += map(Constraint.parse, split_bounds(entry))
        else:
            raise _not_a_bound(entry)
    return list(dict.fromkeys(constraints))


def _worst_value(name: Any, value: Any) -> Constraint:
    """The bound of an entry of a mapping."""
    if not isinstance(name, str):
        raise ConfigError(f"{quoted(name, 60)} is not the name of a metric. Write one as text.")
    metric = metric_called(name)
    if isinstance(value, str):
        return Constraint.no_worse_than(metric, read_quantity(value, metric))
    is_number = isinstance(value, int | float | np.integer | np.floating)
    if not is_number or isinstance(value, bool) or not abs(value) <= LARGEST:
        raise ConfigError(
            f"The limit on '{metric.name}' is {quoted(value, 60)}. Write a finite number such as "
            f"5e6, or a text such as '{quantity_example(metric)}'."
        )
    return Constraint.no_worse_than(metric, float(value))


def _not_a_bound(value: object) -> ConfigError:
    return ConfigError(
        f"{quoted(value, 60)} is not a limit. Write one as text, such as 'macs <= 300M'."
    )


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
