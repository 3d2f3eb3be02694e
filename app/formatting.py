"""Text for numbers, durations, ages and counts, and escaping of Markdown."""

import math
import re
from collections.abc import Iterable

import numpy as np

from engine.analysis.name_text import JOINER
from engine.analysis.number_text import NO_VALUE, metric_value_bare
from engine.supernets.base import Supernet

_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")

_MARKUP = re.compile(
    r"[\\`*$~<>\[\]|]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|:(?=[A-Za-z0-9+-])|&(?=[A-Za-z#])",
    re.MULTILINE,
)
"""Characters that Markdown, or Streamlit's replacement of symbols such as `<=`, would change."""

_LINE_START = re.compile(
    r"^([ \t]*)(?:([-+=]|#+)(?=[-+=\s]|$)|(\d{1,9})([.)])(?=\s|$))", re.MULTILINE
)
"""Characters at the start of a line that make it a heading, a list or a rule."""

_SYMBOLS = re.compile(r":(?=material[/_]|[+-]1:|(?=[\w+-]*[A-Za-z])[\w+-]+:)")
"""The start of a symbol such as `:house:`: Streamlit draws it even if the colon is escaped."""


_SAMPLE_SIZE = 200  # sub-networks sampled from a space without smallest and largest


def choice_width(labels: Iterable[str], minimum: int) -> int:
    """Width in pixels of a select box that shows the longest of `labels`; at least `minimum`."""
    return max(minimum, 60 + 7 * max(map(len, labels), default=0))


def duration(seconds: float | None) -> str:
    """Such as `8 s`, `3 m 20 s`, `2 h 05 m`; a dash for None."""
    if seconds is None or not math.isfinite(seconds):
        return NO_VALUE
    whole_seconds = max(0, round(seconds))
    if whole_seconds < 60:
        return f"{whole_seconds} s"
    if whole_seconds < 3600:
        return f"{whole_seconds // 60} m {whole_seconds % 60:02d} s"
    if whole_seconds < 86400:
        return f"{whole_seconds // 3600} h {whole_seconds % 3600 // 60:02d} m"
    return f"{whole_seconds // 86400} d {whole_seconds % 86400 // 3600} h"


def age(seconds: float) -> str:
    """An age in words, such as `just now`, `4 min ago`, `2 h ago`, `3 days ago`."""
    if seconds < 45:
        return "just now"
    if seconds < 3600:
        return f"{max(1, round(seconds / 60))} min ago"
    if seconds < 86400:
        return f"{round(seconds / 3600)} h ago"
    days = round(seconds / 86400)
    return "1 day ago" if days == 1 else f"{days} days ago"


def power_of_ten(value: int) -> str:
    """A large count in two figures, such as `4.0 × 10¹¹`; small ones in full."""
    if value < 100_000:
        return f"{value:,}"
    exponent = int(math.log10(value) + 1e-12)
    mantissa = round(value * 10**5 // 10**exponent / 10**5, 1)
    if mantissa >= 10:
        mantissa, exponent = 1.0, exponent + 1
    return f"{mantissa:.1f} × 10{str(exponent).translate(_SUPERSCRIPTS)}"


def rate(per_minute: float | None) -> str:
    """Evaluations a minute, such as `66 / min`."""
    if per_minute is None or not math.isfinite(per_minute) or per_minute <= 0:
        return NO_VALUE
    return f"{per_minute:.0f} / min" if per_minute >= 10 else f"{per_minute:.1f} / min"


def cost_range(supernet: Supernet) -> str:
    """A sentence such as "MACs go from 1.89 M to 11.5 M, parameters from 82.5 k to 282 k.".

    A space with unordered choices has no smallest and largest sub-network: it is sampled.
    """
    space = supernet.space
    rows, sampling_note = np.stack([space.smallest, space.largest]), ""
    if not space.ordered.all():
        rows = np.vstack([rows, space.sample(_SAMPLE_SIZE, np.random.default_rng(0))])
        sampling_note = f", of {_SAMPLE_SIZE} drawn at random"
    costs = np.asarray(supernet.macs_params(rows), dtype=np.float64)
    macs, params = (
        [metric_value_bare(name, float(end)) for end in (values.min(), values.max())]
        for name, values in zip(("macs", "params"), costs.T, strict=True)
    )
    return (
        f"MACs go from {macs[0]} to {macs[1]}, parameters from {params[0]} to {params[1]}"
        f"{sampling_note}."
    )


def escape_markdown(text: str) -> str:
    """Escape `text` so that Markdown shows it unchanged; addresses in it still become links."""
    escaped = _MARKUP.sub(r"\\\g<0>", _SYMBOLS.sub(f":{JOINER}", text))
    return _LINE_START.sub(_escape_line_start, escaped)


def _escape_line_start(match: re.Match[str]) -> str:
    space, mark, number, end = match.groups()
    return f"{space}\\{mark}" if mark else f"{space}{number}\\{end}"
