"""Column names of tables, filters and exports that metrics cannot have."""

import keyword

SOURCE_SUFFIX, UNCALIBRATED_SUFFIX, TIMED_ON_SUFFIX = "_source", "_uncalibrated", "_timed_on"
"""Suffixes of the columns with the source of a metric, its uncalibrated prediction, and what an
imported latency was timed on.
"""

RESERVED_COLUMNS = frozenset(
    {
        "number", "evaluation", "cycle", "status", "feasible", "failed", "front", "on_front",
        "seconds", "date", "finished", "reused", "reason", "disturbed", "extrapolated", "timed_on",
        "supernet", "config",
    }
)  # fmt: skip
"""Columns other than those of metrics and genes, in lower case."""


def column_name_problem(name: str, other_metrics: frozenset[str] = frozenset()) -> str:
    """Why a metric cannot be called `name`, as a part of a sentence; empty if it can.

    `other_metrics` are the names of other metrics. Case is ignored.
    """
    folded = name.casefold()
    if not name.isidentifier() or keyword.iskeyword(name):
        return (
            "its name is not made of letters, digits and underscores with a letter first, or is "
            "a word of filters"
        )
    if folded in RESERVED_COLUMNS or folded.endswith(
        (SOURCE_SUFFIX, UNCALIBRATED_SUFFIX, TIMED_ON_SUFFIX)
    ):
        return f"'{name}' is the name of another column in tables and exports. Choose another"
    if folded in {other.casefold() for other in other_metrics}:
        return "its name is taken"
    return ""
