"""The columns of tables, filters and exports that no metric can be called like."""

import keyword

SOURCE_SUFFIX, UNCALIBRATED_SUFFIX = "_source", "_uncalibrated"
"""End the names of columns that say of a metric where it came from, and what was predicted."""

RESERVED_COLUMNS = frozenset(
    {
        "number", "evaluation", "cycle", "status", "feasible", "failed", "front", "on_front",
        "seconds", "date", "finished", "reused", "reason", "disturbed", "extrapolated", "timed_on",
        "supernet", "config",
    }
)  # fmt: skip
"""Columns beside those of metrics and genes, in lower case."""


def column_name_problem(name: str, others: frozenset[str] = frozenset()) -> str:
    """Why no column of a metric can be called `name`; empty if one can.

    `others` are the names of other metrics. Headings are told apart whatever their case.
    """
    folded = name.casefold()
    if not name.isidentifier() or keyword.iskeyword(name):
        return (
            "its name is not made of letters, digits and underscores with a letter first, or is "
            "a word of filters"
        )
    if folded in RESERVED_COLUMNS or folded.endswith((SOURCE_SUFFIX, UNCALIBRATED_SUFFIX)):
        return f"'{name}' is the name of another column in tables and exports. Call it otherwise"
    if folded in {other.casefold() for other in others}:
        return "its name is taken"
    return ""
