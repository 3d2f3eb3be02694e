"""Columns: the columns of a results CSV of DyNAS Studio, DyNAS-T or Neural Compressor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine import published_names
from engine.column_names import column_name_problem
from engine.errors import ConfigError
from engine.metrics import added_metrics, metric_names
from engine.quoting import quoted
from engine.results_formats import PUBLISHED_HEADINGS
from engine.runs.source_headings import split_source
from engine.sources import source_column, uncalibrated_column

_SUBNETWORK_HEADINGS = frozenset({"sub-network", "config"})
_PUBLISHED_METRICS = {
    **{heading.casefold(): name for heading, name in PUBLISHED_HEADINGS.items()},
    **published_names.METRICS,
}
_FORMER_SOURCE_HEADINGS = {"top-1 acc source": "acc", "latency source": "lat"}
"""The metric of each column of sources in results files of earlier versions."""
_TIME_HEADINGS = frozenset({"date", "finished"})
_STATUS_HEADING = "status"
_RUN_CSV_HEADINGS = frozenset(
    {
        "evaluation",
        "cycle",
        "feasible",
        "front",
        "seconds",
        "reused",
        "reason",
        "timed_on",
        "measured_with",
        "on_front",
        "note",
        "supernet",
    }
)
_MAX_LISTED = 5  # headings in a message


@dataclass(frozen=True)
class MetricColumn:
    """A column of numbers: its index in a row, its heading in the file, and its metric.

    In the columns of DyNAS-T and Neural Compressor 0 means not measured. `source` is what the
    heading states as the source of every value; empty if it states none.
    """

    index: int
    heading: str
    metric: str
    zero_is_unmeasured: bool
    source: str = ""


@dataclass(frozen=True)
class Columns:
    """The indices of the columns that are read; `time_index` and `status_index` may be None.

    `source_indices` are those of the columns with the sources of metrics, by metric.
    `unread_headings` are the headings of columns that are not read and not part of a run CSV.
    """

    count: int
    subnetwork_index: int
    metrics: tuple[MetricColumn, ...]
    time_index: int | None
    status_index: int | None
    source_indices: Mapping[str, int]
    unread_headings: tuple[str, ...]


def is_header(cells: Sequence[str]) -> bool:
    """Whether the cells include a heading for sub-networks and one for a metric."""
    by_heading = _metric_by_heading()
    has_metric = any(_name_and_source(cell)[0] in by_heading for cell in cells)
    return has_metric and any(_normalised(cell) in _SUBNETWORK_HEADINGS for cell in cells)


def read_columns(cells: Sequence[str], origin: str) -> Columns:
    """The columns of a header, in any order, regardless of case and surrounding spaces.

    Raises ConfigError if two columns have the same meaning.
    """
    index_by_role: dict[str, int] = {}
    sources: dict[str, int] = {}
    metrics, unknown = [], []
    by_heading, by_source_heading = _metric_by_heading(), _source_metric_by_heading()
    for index, cell in enumerate(cells):
        heading, normalised, (name, source) = (
            cell.strip(),
            _normalised(cell),
            _name_and_source(cell),
        )
        if not normalised:
            continue
        if normalised in _SUBNETWORK_HEADINGS:
            role = "sub-networks"
        elif name in by_heading:
            role = by_heading[name]
            is_published = name in _PUBLISHED_METRICS
            metrics.append(MetricColumn(index, heading, role, is_published, source))
        elif normalised in _TIME_HEADINGS or normalised == _STATUS_HEADING:
            role = normalised
        elif normalised in by_source_heading:
            role = f"the source of {by_source_heading[normalised]}"
            sources[by_source_heading[normalised]] = index
        else:
            if normalised not in _RUN_CSV_HEADINGS and normalised not in _uncalibrated_headings():
                unknown.append(heading)
            continue
        if role in index_by_role:
            first = quoted(cells[index_by_role[role]].strip())
            raise ConfigError(
                f"{origin} has two columns of {role}, {first} and {quoted(heading)}. "
                "Remove the one that is not meant."
            )
        index_by_role[role] = index
    time_index = next(
        (index_by_role[name] for name in sorted(_TIME_HEADINGS) if name in index_by_role), None
    )
    return Columns(
        len(cells), index_by_role["sub-networks"], tuple(metrics), time_index,
        index_by_role.get(_STATUS_HEADING), sources, tuple(unknown),
    )  # fmt: skip


def headings_text(headings: Sequence[str]) -> str:
    """A list of headings for a message: the first few, and the number of others."""
    text = ", ".join(quoted(heading, 60) for heading in headings[:_MAX_LISTED])
    more = len(headings) - _MAX_LISTED
    return f"{text} and {more} more" if more > 0 else text


def _metric_by_heading() -> dict[str, str]:
    """The metric by its normalised heading."""
    return {**{name.casefold(): name for name in _metric_names()}, **_PUBLISHED_METRICS}


def _metric_names() -> list[str]:
    """The metrics that are available here, and those that only logs describe."""
    added = [m.name for m in added_metrics() if not column_name_problem(m.name)]
    return list(dict.fromkeys([*metric_names(), *added]))


def _source_metric_by_heading() -> dict[str, str]:
    """The metric by the normalised heading of its source column."""
    by_heading = {source_column(name).casefold(): name for name in _metric_names()}
    return {**by_heading, **_FORMER_SOURCE_HEADINGS}


def _uncalibrated_headings() -> frozenset[str]:
    """The normalised headings of uncalibrated predictions, which are not read."""
    return frozenset(uncalibrated_column(name).casefold() for name in _metric_names())


def _name_and_source(heading: str) -> tuple[str, str]:
    """A heading without the source that it states, normalised, and that source."""
    text, source = split_source(heading)
    return _normalised(text), source


def _normalised(heading: str) -> str:
    return " ".join(heading.split()).casefold()
