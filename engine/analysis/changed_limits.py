"""What a little more of a limit, or half of it, allows."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from engine.constraints import Constraint

Kind = Literal["more", "half"]
"""How a limit is changed."""

KINDS: tuple[Kind, ...] = ("more", "half")
_MORE, _HALF = 0.1, 0.5  # shares of a limit


def changed_limit(limit: Constraint, kind: Kind) -> Constraint | None:
    """A limit with 10 % `more`, or with `half` of what it allows; None where that says nothing.

    What a lower bound allows is the distance to the highest possible value, such as an error of
    10 points for an accuracy of at least 90 %.
    """
    share = _MORE if kind == "more" else -_HALF
    highest = limit.metric.highest
    if limit.at_least and highest is not None:
        allowed = highest - limit.limit
        changed = limit.limit - share * allowed
    else:
        allowed = abs(limit.limit)
        changed = limit.limit + (-share if limit.at_least else share) * allowed
    changed = float(f"{changed:.12g}")  # without the digits of a rounding error
    return replace(limit, limit=changed) if allowed > 0 and changed != limit.limit else None


def is_within(limit: Constraint, constraints: Sequence[Constraint]) -> bool:
    """Whether no constraint on the same metric and side is stricter than `limit`."""
    same = [
        c
        for c in constraints
        if c.metric.name == limit.metric.name and c.at_least == limit.at_least
    ]
    sign = -1.0 if limit.at_least else 1.0
    return all(sign * limit.limit <= sign * constraint.limit for constraint in same)
