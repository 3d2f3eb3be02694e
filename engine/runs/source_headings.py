"""Headings of results CSVs that state the source of their column, if that was not measured.

Such as `Top-1 Acc (%), published predictor`.
"""

from collections.abc import Iterable

from engine.sources import (
    combine_sources,
    is_known_source,
    is_measured_here,
    most_indirect,
    without_extrapolation,
)

_SEPARATOR = ", "


def heading_with_source(heading: str, sources: Iterable[str]) -> str:
    """The heading of a column whose values have these sources.

    The source is left out if all values were measured or are exact, and if there are none. Whether
    single values are extrapolated is left out too, because it is not known for future rows.
    """
    source = combine_sources(map(without_extrapolation, sources))
    return heading if is_measured_here(source) else f"{heading}{_SEPARATOR}{source}"


def split_source(heading: str) -> tuple[str, str]:
    """A heading as text and source; the source is empty if it states none.

    Of several sources, as in `measured or imported`, that is the one farthest from a measurement,
    so that no value is taken for more than it is.
    """
    text, _, source = heading.partition(_SEPARATOR)
    source = most_indirect(" ".join(source.split()).casefold())
    return (text, source) if is_known_source(source) else (heading, "")
