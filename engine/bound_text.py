"""Bounds on metrics as text, such as `macs <= 300M` or `Latency < 20 ms`: one grammar everywhere.

A bound is a metric by its name or label, a sign (`<=`, `<`, `>=`, `>`, `≤` or `≥`) and a number,
which may have one of `PREFIXES` and the metric's unit behind it. The case of names, labels and
units does not matter, nor whether the words of a label are separated by spaces, `-` or `_`.
Several bounds are joined by commas or `and`. Labels may contain these as well: a bound ends with
its number.
"""

import functools
import math
import re
from collections.abc import Iterable
from decimal import Decimal
from difflib import get_close_matches

from engine.errors import ConfigError, UnknownMetricError
from engine.metrics import (
    LARGEST,
    METRICS,
    Metric,
    added_metrics,
    find_metric,
    find_published,
    metric,
)
from engine.quoting import quoted

PREFIXES = {"K": 3, "k": 3, "M": 6, "G": 9, "T": 12}
"""The letters that may follow a number, and the powers of ten that they stand for."""

COUNT_UNITS = frozenset({"MACs", "params"})
"""The units of large counts, which are written with a prefix."""

LONGEST = 200
"""The largest number of characters of a bound."""

LONGEST_LIST = 1_000
"""The largest number of characters of several bounds in one text."""

# Each character can be matched in one way only, so that reading takes time linear in the length.
NUMBER = r"[+-]?(?:[0-9]+(?:_[0-9]+)*(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_PREFIX = f"[{''.join(PREFIXES)}]"
SIGN = re.compile(r"<=|>=|≤|≥|<|>")
"""The sign between the metric and the limit of a bound."""
_JOINT = re.compile(r",|\band\b", re.IGNORECASE)
_COMMA_IN_NUMBER = re.compile(
    rf"(?:{SIGN.pattern})\s*[+-]?[0-9]+(?:,[0-9]+)+(?![0-9]|(?:(?!\band\b)[^,])*[<>≤≥])",
    re.IGNORECASE,
)
_SEPARATORS = re.compile(r"[\s_-]+")
_PLAIN_SIGNS = {"≤": "<=", "≥": ">="}


@functools.lru_cache(maxsize=256)
def quantity_pattern(unit: str) -> re.Pattern[str]:
    """Matches a number with an optional prefix and `unit`; for `number_of`.

    A unit such as MB has its own prefix: `3 M` would be read as megabytes by some, so it is not.
    """
    if not unit:
        return re.compile(rf"({NUMBER})(?:\s*({_PREFIX}))?()")
    if unit[0] in PREFIXES and len(unit) > 1 and unit not in COUNT_UNITS:
        return re.compile(rf"({NUMBER})(?:\s*(?i:{re.escape(unit)}))?()()")
    return re.compile(rf"({NUMBER})(?:\s*({_PREFIX})?\s*(?i:{re.escape(unit)})|\s*({_PREFIX}))?")


def number_of(match: re.Match[str]) -> float:
    """The number that `quantity_pattern` has matched; infinite beyond `LARGEST`."""
    digits, prefix = match[1], match[2] or match[3]
    number = float(digits)
    if prefix and 0 < abs(number) <= LARGEST:  # in decimals, so that 4.1M is exactly 4100000
        number = float(Decimal(digits).scaleb(PREFIXES[prefix]))
    return number + 0.0 if abs(number) <= LARGEST else math.inf  # 0.0 instead of -0.0


def read_quantity(text: str, of: Metric | None = None) -> float:
    """Read `300M`, `50 k` or, with the unit of the metric `of`, `20 ms`; raises ConfigError."""
    unit = of.unit if of else ""
    match = quantity_pattern(unit).fullmatch(text.strip()) if len(text) <= LONGEST else None
    number = number_of(match) if match else math.inf
    if math.isinf(number):
        example = quantity_example(of) if of else "300e6 or 300M"
        where = f" for {of.label}" if of else ""
        raise ConfigError(
            f"{quoted(text, 60)} is not a number{where}. Write one such as {example}."
        )
    return number


def quantity_example(of: Metric) -> str:
    """A number with the unit of a metric, as an example for messages."""
    if of.unit in COUNT_UNITS:
        return f"300M or 300 M {of.unit}"
    return f"20 or 20 {of.unit}" if of.unit else "20"


def number_text(value: float, of: Metric) -> str:
    """The shortest text that is read as exactly `value`: `300 M` for a count, else `20.5`."""
    if of.unit in COUNT_UNITS:
        for prefix, exponent in reversed(PREFIXES.items()):
            scaled = value / 10.0**exponent
            text = f"{scaled:.12g} {prefix}"
            if 1 <= abs(scaled) < 1e5 and read_quantity(text) == value:
                return text
    short = f"{value:.12g}"
    return short if float(short) == value else repr(float(value))


def quantity_text(value: float, of: Metric) -> str:
    """A value with its unit, read as exactly this value: `300 M MACs`, `20 ms`, `90.5 %`."""
    return f"{number_text(value, of)} {of.unit}".rstrip()


def folded(words: str) -> str:
    """A name or label without regard to case and to what separates its words."""
    return _SEPARATORS.sub(" ", words).strip().casefold()


def metric_called(words: str) -> Metric:
    """The metric with this name or label; names come first, and built-in metrics before others.

    Names that Neural Compressor and DyNAS-T published come last, such as `accuracy_top1`.

    Raises ConfigError if there is none, or if a label belongs to several metrics of packages.
    """
    if exact := find_metric(words):
        return exact
    wanted = folded(words) if len(words) <= LONGEST else ""
    for metrics in (METRICS.values(), added_metrics()):
        for called in ({m for m in metrics if folded(m.name) == wanted},
                       {m for m in metrics if wanted in folded_labels(m)}):  # fmt: skip
            if len(called) == 1:
                return called.pop()
            if called:
                names = ", ".join(sorted(m.name for m in called))
                raise ConfigError(f"Several metrics are called {quoted(words)}: {names}. "
                                  "Write one of these names.")  # fmt: skip
    return find_published(wanted.replace(" ", "_")) or _closest(words, wanted)


def folded_labels(of: Metric) -> tuple[str, str]:
    """The label, and the one with its source behind it that pages show, such as `, imported`."""
    label = folded(of.label)
    return label, f"{label}, {of.source}"


def _closest(words: str, wanted: str) -> Metric:
    """Raise ConfigError for words that name no metric, with the metric that was meant, if any."""
    try:
        return metric(words)
    except UnknownMetricError as error:
        titles = {folded(title): title for m in _all() for title in (m.name, m.label)}
        close = [title for title in titles if wanted and wanted in title]
        close = close or get_close_matches(wanted, titles, n=1)
        suggestion = f" Did you mean {titles[close[0]]}?" if close else ""
        raise UnknownMetricError(f"{error}{suggestion}", words) from None


def _all() -> Iterable[Metric]:
    return (*METRICS.values(), *added_metrics())


def read_bound(text: str) -> tuple[Metric, str, float]:
    """Metric, sign (`<=`, `<`, `>=` or `>`) and limit of one bound; raises ConfigError."""
    if len(text) > LONGEST:
        raise ConfigError(
            f"A constraint has at most {LONGEST} characters, not {len(text):,}: "
            f"{quoted(text, 60)}. Write a shorter one, such as 'macs <= 300e6'."
        )
    sign = SIGN.search(text)
    words = text[: sign.start()].strip() if sign else ""
    number = text[sign.end() :].strip() if sign else ""
    if not words or "=" in words or not re.match(NUMBER, number):
        raise ConfigError(
            f"{quoted(text)} is not a constraint. Write a metric, <=, <, >= or >, and a number, "
            "such as 'macs <= 300e6' or 'acc >= 75'."
        )
    assert sign is not None
    try:
        bounded = metric_called(words)
    except UnknownMetricError as error:
        raise UnknownMetricError(f"{quoted(text)}: {error}", words) from None
    except ConfigError as error:
        raise ConfigError(f"{quoted(text)}: {error}") from None
    try:
        limit = read_quantity(number, bounded)
    except ConfigError as error:
        raise ConfigError(f"{quoted(text)} is not a constraint: {error}") from None
    return bounded, _PLAIN_SIGNS.get(sign[0], sign[0]), limit


def split_bounds(text: str) -> list[str]:
    """The bounds in a text that joins them by commas or `and`; raises ConfigError.

    None in an empty text.
    """
    if len(text) > LONGEST_LIST:
        raise ConfigError(
            f"Constraints in one text have at most {LONGEST_LIST:,} characters, not {len(text):,}: "
            f"{quoted(text, 60)}. Write fewer, such as 'macs <= 300e6 and acc >= 75'."
        )
    if not text.strip():
        return []
    if number := _COMMA_IN_NUMBER.search(text):
        raise ConfigError(
            f"{quoted(text)}: {quoted(number[0].lstrip('<>=≤≥ '), 40)} has commas, which separate "
            "constraints. Write a number without them, such as 5000000, 5M or 0.5."
        )
    parts = _joined_parts(text)
    if not all(parts):
        raise ConfigError(
            f"{quoted(text)}: a constraint is missing before or after a comma or 'and'. Join them "
            "as in 'macs <= 300e6 and acc >= 75'."
        )
    return parts


def _joined_parts(text: str) -> list[str]:
    """The stripped parts between the joints; a joint within a metric's name separates nothing."""
    parts: list[str] = []
    begin = 0  # of the part that is read
    for joint in _JOINT.finditer(text):
        part = text[begin : joint.start()].strip()
        if not part or SIGN.search(part):
            parts.append(part)
            begin = joint.end()
    return [*parts, text[begin:].strip()]
