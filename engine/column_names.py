"""Column names of tables, filters and exports that metrics cannot have."""

import keyword
import re

SOURCE_SUFFIX, UNCALIBRATED_SUFFIX, TIMED_ON_SUFFIX = "_source", "_uncalibrated", "_timed_on"
ERROR_SUFFIX, CONFIRMED_SUFFIX = "_standard_error", "_confirmed"
"""Suffixes of the columns with the source of a metric, its uncalibrated prediction, what an
imported latency was timed on, its standard error, and the mean of repeated measurements.
"""

HELD_OUT_PREFIX = "test_"
"""The prefix of names of qualities on held-out data, which cannot be objectives."""

_LONGEST_OFFERED = 60  # characters of a name that a message offers

RESERVED_COLUMNS = frozenset(
    {
        "number", "evaluation", "cycle", "status", "feasible", "failed", "front", "on_front",
        "seconds", "date", "finished", "reused", "reason", "disturbed", "extrapolated", "timed_on",
        "measured_with", "supernet", "config", "confirmation", "note",
    }
)  # fmt: skip
"""Columns other than those of metrics and genes, in lower case."""


def column_name_problem(name: str, other_metrics: frozenset[str] = frozenset()) -> str:
    """Why a metric cannot be called `name`, as a part of a sentence; empty if it can.

    `other_metrics` are the names of other metrics. Case is ignored.
    """
    folded = name.casefold()
    if not name.isidentifier():
        return _spelling_problem(name, other_metrics)
    if keyword.iskeyword(name):
        return "its name is a word of filters. Choose another"
    if folded in RESERVED_COLUMNS or folded.endswith(
        (SOURCE_SUFFIX, UNCALIBRATED_SUFFIX, TIMED_ON_SUFFIX, ERROR_SUFFIX, CONFIRMED_SUFFIX)
    ):
        return f"'{name}' is the name of another column in tables and exports. Choose another"
    if folded in {other.casefold() for other in other_metrics}:
        return "its name is taken"
    return ""


def metric_name_problem(name: str, other_metrics: frozenset[str]) -> str:
    """Why no metric can be called `name`, be there a column of that name or not; empty if it can.

    Runs of before may have metrics with names of columns.
    """
    if name in other_metrics:
        return "its name is taken"
    if name.startswith(HELD_OUT_PREFIX):
        return f"names that begin with '{HELD_OUT_PREFIX}' are those of held-out data"
    return "" if re.fullmatch(r"\w+", name) else _spelling_problem(name, other_metrics)


def _spelling_problem(name: str, other_metrics: frozenset[str]) -> str:
    """How a name has to be spelt; offers one that is like it and can be used, if there is any."""
    problem = "its name is not made of letters, digits and underscores with a letter first"
    offered = re.sub(r"\W+", "_", name[:_LONGEST_OFFERED]).strip("_")
    is_usable = offered.isidentifier() and not (
        metric_name_problem(offered, other_metrics) or column_name_problem(offered, other_metrics)
    )
    return f"{problem}. Call it {offered}" if is_usable else problem
