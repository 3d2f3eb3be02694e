"""The text of a filter in the names and numbers that `filter_expression` parses.

Bounds in a filter are written as everywhere (`engine.bound_text`): by name or label, with `≤`, with
a unit behind the number. Here they get the names of columns and plain numbers.
"""

import re
from collections.abc import Collection, Mapping

from engine import published_names
from engine.bound_text import NUMBER, folded, folded_labels, quantity_pattern, read_quantity
from engine.errors import ConfigError, FilterError
from engine.metrics import METRICS, Metric, find_metric

_STRING = re.compile(r"""("[^"]*"|'[^']*')""")
_JOINTS = re.compile(r"\b(?:and|or|not)\b", re.IGNORECASE)
_COMPARED = re.compile(rf"(?<![\w.])(\w+) ?(<=|>=|<|>) ?(?={NUMBER})")
_WORD = re.compile(r" ?(%|[^\W\d]\w*)")
_WORDS_BEHIND = frozenset({"and", "or", "not", "if", "else", "is", "in", "for"})
_NO_DECIMAL = re.compile(r"(?<![\w.])0[xXoObB]\w*")


def plain_text(text: str, column_names: Collection[str]) -> str:
    """`text` with columns by name, `and`, `or`, `not` in small letters and plain numbers.

    What is between quotation marks stays. Raises FilterError for a number with a wrong unit.
    """
    metrics = {m.name: m for m in METRICS.values()}
    metrics |= {name: m for name in column_names if (m := find_metric(name))}
    names = _published_names(metrics) | _names_by_words(metrics)
    if text.rstrip().endswith(","):
        raise FilterError("A condition is missing behind the last comma. Add one or leave it out.")
    return "".join(
        part if index % 2 else _plain_part(part, column_names, metrics, names)
        for index, part in enumerate(_STRING.split(text))
    )


def _names_by_words(metrics: Mapping[str, Metric]) -> dict[str, str]:
    """The name of each metric by its folded label and name.

    Of equal labels that of a built-in metric counts, and none if only others have it.
    """
    by_label: dict[str, list[str]] = {}
    for metric in metrics.values():
        for label in folded_labels(metric):
            by_label.setdefault(label, []).append(metric.name)
    names = {
        label: called[0]
        for label, called in by_label.items()
        if len(called) == 1 or called[0] in METRICS
    }
    return names | {folded(name): name for name in reversed(list(metrics))}


def _published_names(metrics: Mapping[str, Metric]) -> dict[str, str]:
    """The names that Neural Compressor and DyNAS-T published for `metrics`, folded."""
    return {folded(old): name for old, name in published_names.METRICS.items() if name in metrics}


def _plain_part(
    part: str, columns: Collection[str], metrics: Mapping[str, Metric], names: Mapping[str, str]
) -> str:
    text = re.sub(r"\s", " ", part).replace("≤", "<=").replace("≥", ">=")
    text = _JOINTS.sub(lambda m: m[0] if m[0] in columns else m[0].lower(), text)
    by_length = sorted(names, key=len, reverse=True)
    words = "|".join("(?: +|[_-])".join(map(re.escape, name.split())) for name in by_length)
    text = re.sub(
        rf"(?<![\w.])(?:{words})(?!\w)",
        lambda m: m[0] if m[0] in columns else names[folded(m[0])],
        text,
        flags=re.IGNORECASE,
    )
    if wrong := _NO_DECIMAL.search(text):
        raise FilterError(f"{wrong[0][:40]} is not a number. Write one such as 300e6 or 300M.")
    return _plain_bounds(re.sub(" +", " ", text), metrics)


def _plain_bounds(text: str, metrics: Mapping[str, Metric]) -> str:
    """`text` with the numbers that metrics are compared with in the metric's unit."""
    parts, end = [], 0
    while compared := _COMPARED.search(text, end):
        parts.append(text[end : compared.end()])
        end = compared.end()
        if (metric := metrics.get(compared[1])) is None:
            continue
        match = quantity_pattern(metric.unit).match(text, end)
        assert match is not None  # it starts with a number
        word = _WORD.match(text, match.end())
        is_unit = word is not None and word[1] not in _WORDS_BEHIND
        try:  # which refuses a unit of another metric, and a number that is too large
            quantity = text[end : word.end() if word and is_unit else match.end()]
            parts.append(repr(read_quantity(quantity, metric)))
        except ConfigError as error:
            raise FilterError(str(error)) from None
        end = match.end()
    return "".join([*parts, text[end:]])
