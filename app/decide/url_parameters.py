"""The query parameters of the Decide page: the goal, weights by metric, compared numbers."""

import math
from collections.abc import Collection, Mapping, Sequence

from engine.quoting import quoted

BEST, LIMITS, WEIGHTS, COMPARED = "best", "limits", "weights", "compare"

MAX_COMPARED = 4

_NOTED = 3  # entries that a note names


def by_metric_text(values: Mapping[str, float]) -> str:
    """Such as `macs:5200000,acc:90.5`."""
    return ",".join(f"{name}:{_shortest_text(value)}" for name, value in values.items())


def _shortest_text(value: float) -> str:
    """The shortest text that parses as exactly this number."""
    return repr(float(value)).removesuffix(".0")


def by_metric(text: str, metric_names: Collection[str]) -> dict[str, float]:
    """Parse the text of `by_metric_text`; metrics not in `metric_names` are ignored."""
    return dict(filter(None, (_entry(part, metric_names) for part in text.split(","))))


def _entry(text: str, metric_names: Collection[str]) -> tuple[str, float] | None:
    name, _, number = text.partition(":")
    try:
        value = float(number)
    except ValueError:
        return None
    return (name, value) if name in metric_names and math.isfinite(value) else None


def goal_note(best: str, limits: str, metric_names: Collection[str]) -> str:
    """What `best` and `limits` of an address have that is not applied; empty if all of it is."""
    ignored = [f"{BEST}={best}"] if best and best not in metric_names else []
    ignored += [
        f"{LIMITS}={part}"
        for part in limits.split(",")
        if part and _entry(part, metric_names) is None
    ]
    if not ignored:
        return ""
    more = f" and {len(ignored) - _NOTED} more" if len(ignored) > _NOTED else ""
    return (
        f"The address has {', '.join(quoted(text, 40) for text in ignored[:_NOTED])}{more}, which "
        f"is not applied. Metrics here are {', '.join(metric_names)}; a limit is written such as "
        f"{LIMITS}=macs:5000000."
    )


def numbers_text(numbers: Sequence[int]) -> str:
    """Such as `3,17`."""
    return ",".join(map(str, numbers))


def numbers_from(text: str, last: int) -> list[int]:
    """Parse the text of `numbers_text`: numbers from 1 to `last`, each once; others are ignored."""
    texts = [part.strip() for part in text.split(",")]
    numbers = [int(part) for part in texts if part.isascii() and part.isdigit() and len(part) < 12]
    return list(dict.fromkeys(number for number in numbers if 1 <= number <= last))
