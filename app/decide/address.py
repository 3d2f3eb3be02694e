"""What the Decide page keeps in its address: limits and weights by metric, compared numbers."""

import math
from collections.abc import Collection, Mapping, Sequence

LIMITS, WEIGHTS, COMPARED = "limits", "weights", "compare"

MOST_COMPARED = 4


def by_metric_text(values: Mapping[str, float]) -> str:
    """Such as `macs:5200000,acc:90.5`."""
    return ",".join(f"{name}:{_shortest(value)}" for name, value in values.items())


def _shortest(value: float) -> str:
    """The shortest text that is read as just this number."""
    return repr(float(value)).removesuffix(".0")


def by_metric(text: str, known: Collection[str]) -> dict[str, float]:
    """What `by_metric_text` wrote, of metrics that are `known`; the rest is ignored."""
    values = {}
    for entry in text.split(","):
        name, _, number = entry.partition(":")
        try:
            value = float(number)
        except ValueError:
            continue
        if name in known and math.isfinite(value):
            values[name] = value
    return values


def numbers_text(numbers: Sequence[int]) -> str:
    """Such as `3,17`."""
    return ",".join(map(str, numbers))


def numbers_from(text: str, last: int) -> list[int]:
    """What `numbers_text` wrote: numbers from 1 to `last`, each once; the rest is ignored."""
    parts = [part.strip() for part in text.split(",")]
    whole = [int(part) for part in parts if part.isascii() and part.isdigit() and len(part) < 12]
    return list(dict.fromkeys(number for number in whole if 1 <= number <= last))
