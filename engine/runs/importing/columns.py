"""Which columns of a results CSV say what: those of DyNAS Studio, DyNAS-T and Neural Compressor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.errors import ConfigError
from engine.metrics import metric_names
from engine.quoting import quoted
from engine.runs.published_csv import SOURCES
from engine.sources import source_column, uncalibrated_column

_SUBNETWORK = frozenset({"sub-network", "config"})
_PUBLISHED = {  # as Neural Compressor and DyNAS-T call them: a file format
    "top-1 acc (%)": "acc",
    "macs": "macs",
    "model parameters": "params",
    "latency (ms)": "lat",
}
_TIMES = frozenset({"date", "finished"})
_STATUS = "status"
_OF_RUN = frozenset(
    {"evaluation", "cycle", "feasible", "front", "seconds", "reused", "reason", "timed_on"}
)
_SHOWN = 5  # headings that a sentence repeats


@dataclass(frozen=True)
class MetricColumn:
    """A column of numbers: its place in a row, its heading as the file has it, and the metric.

    In the columns of DyNAS-T and Neural Compressor 0 stands for what was not measured.
    """

    place: int
    heading: str
    metric: str
    zero_is_unmeasured: bool


@dataclass(frozen=True)
class Columns:
    """The places of what is read from each row; `times` and `status` may be missing.

    `sources` are the places of what a file of ours says of how each metric came about. `unknown`
    are the headings of columns that nothing is read from, though a run CSV has no such.
    """

    count: int
    subnetwork: int
    metrics: tuple[MetricColumn, ...]
    times: int | None
    status: int | None
    sources: Mapping[str, int]
    unknown: tuple[str, ...]


def is_header(cells: Sequence[str]) -> bool:
    """Whether the cells name a column of sub-networks and one of a metric."""
    plain = {_plain(cell) for cell in cells}
    return bool(plain & _SUBNETWORK) and bool(plain & _metrics().keys())


def columns(cells: Sequence[str], origin: str) -> Columns:
    """The columns that a header names; case, spaces around a heading and order do not matter.

    Raises ConfigError if two columns hold the same.
    """
    places: dict[str, int] = {}
    sources: dict[str, int] = {}
    metrics, unknown = [], []
    by_heading, by_source_heading = _metrics(), _sources()
    for place, cell in enumerate(cells):
        heading, plain = cell.strip(), _plain(cell)
        if not plain:
            continue
        if plain in _SUBNETWORK:
            role = "sub-networks"
        elif plain in by_heading:
            role = by_heading[plain]
            metrics.append(MetricColumn(place, heading, role, plain in _PUBLISHED))
        elif plain in _TIMES or plain == _STATUS:
            role = plain
        elif plain in by_source_heading:
            role = f"the source of {by_source_heading[plain]}"
            sources[by_source_heading[plain]] = place
        else:
            if plain not in _OF_RUN and plain not in _uncalibrated():
                unknown.append(heading)
            continue
        if role in places:
            first = quoted(cells[places[role]].strip())
            raise ConfigError(
                f"{origin} has two columns of {role}, {first} and {quoted(heading)}. "
                "Remove the one that is not meant."
            )
        places[role] = place
    times = next((places[name] for name in sorted(_TIMES) if name in places), None)
    return Columns(
        len(cells), places["sub-networks"], tuple(metrics), times, places.get(_STATUS), sources,
        tuple(unknown),
    )  # fmt: skip


def listed(headings: Sequence[str]) -> str:
    """Headings as a sentence has them: the first few, and how many more there are."""
    shown = ", ".join(quoted(heading, 60) for heading in headings[:_SHOWN])
    more = len(headings) - _SHOWN
    return f"{shown} and {more} more" if more > 0 else shown


def _metrics() -> dict[str, str]:
    """The metric of each heading that names one."""
    return {**{name.casefold(): name for name in metric_names()}, **_PUBLISHED}


def _sources() -> dict[str, str]:
    """The metric whose source each heading names."""
    published = {heading.casefold(): name for heading, name in SOURCES.items()}
    return {**{source_column(name).casefold(): name for name in metric_names()}, **published}


def _uncalibrated() -> frozenset[str]:
    """Headings of what predictors said before they were calibrated, which is not read."""
    return frozenset(uncalibrated_column(name).casefold() for name in metric_names())


def _plain(heading: str) -> str:
    return " ".join(heading.split()).casefold()
