"""The query parameters of the Decide page: the goal, weights by metric, compared numbers."""

import math
from collections.abc import Collection, Mapping, Sequence

BEST, LIMITS, WEIGHTS, COMPARED = "best", "limits", "weights", "compare"

MAX_COMPARED = 4


def by_metric_text(values: Mapping[str, float]) -> str:
    """Such as `macs:5200000,acc:90.5`."""
    return ",".join(f"{name}:{_shortest_text(value)}" for name, value in values.items())


def _shortest_text(value: float) -> str:
    """The shortest text that parses as exactly this number."""
    return repr(float(value)).removesuffix(".0")


def by_metric(text: str, metric_names: Collection[str]) -> dict[str, float]:
    """Parse the text of `by_metric_text`; metrics not in `metric_names` are ignored."""
    values = {}
    for entry in text.split(","):
        name, _, number = entry.partition(":")
        try:
            value = float(number)
        except ValueError:
            continue
        if name in metric_names and math.isfinite(value):
            values[name] = value
    return values


def numbers_text(numbers: Sequence[int]) -> str:
    """Such as `3,17`."""
    return ",".join(map(str, numbers))


def numbers_from(text: str, last: int) -> list[int]:
    """Parse the text of `numbers_text`: numbers from 1 to `last`, each once; others are ignored."""
    texts = [part.strip() for part in text.split(",")]
    numbers = [int(part) for part in texts if part.isascii() and part.isdigit() and len(part) < 12]
    return list(dict.fromkeys(number for number in numbers if 1 <= number <= last))
