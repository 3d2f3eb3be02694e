"""TimeRange: a duration that is not known exactly, and its words."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

_WIDTH = 1.3
"""Standard deviations to each side: four of five durations lie within, if they are log-normal."""

_UNITS = ((86_400.0, "days"), (3600.0, "h"), (60.0, "min"), (1.0, "s"))
_USED_FROM = 1.5  # of a unit
_OF_AN_OLDER = 0.75  # what an estimate counts for beside the next newer one
_FAR = 10.0  # times the lower end, beyond which it says little
_SHORTEST = 1.0  # seconds that are said


@dataclass(frozen=True)
class TimeRange:
    """Seconds: `likely`, and `low` and `high` between which four of five are expected to lie.

    `basis` says what it follows from, such as `from 3 earlier runs here`.

    >>> str(TimeRange(700.0, 900.0, 1200.0))
    'about 12 to 20 min'
    """

    low: float
    likely: float
    high: float
    basis: str = ""

    @classmethod
    def around(cls, likely: float, spread: float, basis: str = "") -> "TimeRange":
        """The range of a duration whose logarithm has the standard deviation `spread`."""
        factor = math.exp(_WIDTH * spread)
        return cls(likely / factor, likely, likely * factor, basis)

    def at_most(self, seconds: float) -> "TimeRange":
        """The range where something else ends after `seconds`."""
        low, likely, high = (min(value, seconds) for value in (self.low, self.likely, self.high))
        return TimeRange(low, likely, high, self.basis)

    def shorter_by(self, seconds: float) -> "TimeRange":
        """The range after `seconds` of it have passed; never negative."""
        low, likely, high = (max(v - seconds, 0.0) for v in (self.low, self.likely, self.high))
        return TimeRange(low, likely, high, self.basis)

    def __str__(self) -> str:
        """Such as `about 12 to 20 min`; `about 4 min` if both ends read the same.

        Where they are far apart, `up to about 20 min`.
        """
        low, high = max(self.low, _SHORTEST), max(self.high, _SHORTEST)
        if high < 2 * _SHORTEST:
            return "about 1 s"
        if high > _FAR * low:
            return f"up to about {_number(high / _unit(high)[0])} {_unit(high)[1]}"
        low_unit, high_unit = _unit(low), _unit(high)
        low_text, high_text = _number(low / low_unit[0]), _number(high / high_unit[0])
        if low_unit == high_unit:
            numbers = low_text if low_text == high_text else f"{low_text} to {high_text}"
            return f"about {numbers} {high_unit[1]}"
        return f"about {low_text} {low_unit[1]} to {high_text} {high_unit[1]}"


def joined(ranges: Sequence[TimeRange], spread: float, basis: str) -> TimeRange:
    """One range from several estimates of the same duration, the newest first.

    An estimate counts for the more, the narrower and the newer it is. The range is wider where they
    disagree, and never narrower than the standard deviation `spread` of the logarithm. Raises
    ValueError without any.
    """
    if not ranges:
        raise ValueError("There is no estimate to join.")
    logs = [math.log(max(one.likely, 1e-3)) for one in ranges]
    widths = [
        max(math.log(max(one.high, 1e-3)) - log, 1e-3)
        for one, log in zip(ranges, logs, strict=True)
    ]
    weights = [_OF_AN_OLDER**age / (width * width) for age, width in enumerate(widths)]
    total = sum(weights)
    mean = sum(w * log for w, log in zip(weights, logs, strict=True)) / total
    between = sum(w * (log - mean) ** 2 for w, log in zip(weights, logs, strict=True)) / total
    own = (1.0 / total) / (_WIDTH * _WIDTH)
    return TimeRange.around(math.exp(mean), math.sqrt(own + between + spread * spread), basis)


def _unit(seconds: float) -> tuple[float, str]:
    return next((unit for unit in _UNITS if seconds >= _USED_FROM * unit[0]), _UNITS[-1])


def _number(value: float) -> str:
    """Two digits are enough for what is not known better."""
    if value < 10:
        text = f"{value:.1f}"
        return text.removesuffix(".0") if value < 3 else f"{value:.0f}"
    return f"{value:.0f}" if value < 30 else f"{5 * round(value / 5)}"
