"""The table of the workers of a run as text, and the sentences beside it, as plain data."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from app.formatting import duration
from engine.analysis.number_text import NO_VALUE, cycle_name
from engine.analysis.planning_time import PlanningTime
from engine.analysis.worker_table import WorkerRow, host_rows
from engine.count_text import count_text
from engine.errors import DynasError
from engine.gene_names import kind_title, representative_genes
from engine.runs.workers_now import RunningMeasurement
from engine.supernets import registry

MAX_ROWS = 50
"""The rows of a page; where there are more workers, the table sums them by host."""

_OPTIONAL = ("Host", "Measuring", "For", "Failed", "Lost")
_MOST_GENES = 8
_MILLISECONDS_BELOW = 0.1  # seconds
_DECIMALS_BELOW = 10.0  # seconds


@dataclass(frozen=True)
class WorkerSheet:
    """The `titles` and the `rows` of a table of which `page` of `pages` is shown."""

    titles: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    page: int
    pages: int


def worker_sheet(
    rows: Sequence[WorkerRow], supernet: str, now: float, by_host: bool, page: int = 1
) -> WorkerSheet:
    """A page of the table, at the POSIX time `now`; columns in which nothing stands are left out.

    Workers that are not used are not in it.
    """
    shown = host_rows(rows) if by_host else [row for row in rows if not row.problem]
    pages = max(1, -(-len(shown) // MAX_ROWS))
    page = min(max(page, 1), pages)
    on_page = shown[(page - 1) * MAX_ROWS : page * MAX_ROWS]
    cells = [_cells(row, supernet, now, by_host) for row in on_page]
    titles = [
        title
        for title in (cells[0] if cells else ())
        if title not in _OPTIONAL or any(row[title] not in ("", "0") for row in cells)
    ]
    texts = tuple(tuple(row[title] for title in titles) for row in cells)
    return WorkerSheet(tuple(titles), texts, page, pages)


def _cells(row: WorkerRow, supernet: str, now: float, by_host: bool) -> dict[str, str]:
    began = [measurement.began for measurement in row.now if measurement.began is not None]
    longest = duration(now - min(began)) if began else ""
    name, median = row.name or "not recorded", row.median_seconds
    return {
        **({"Host": name, "Workers": f"{row.workers:,}"} if by_host else {"Worker": name}),
        **({} if by_host else {"Host": row.host}),
        "Measuring": "gone" if row.is_gone else _measuring_text(row.now, supernet),
        "For": _unbroken(f"up to {longest}" if len(began) > 1 else longest),
        "Done": f"{row.done:,}",
        "Failed": f"{row.failed:,}",
        "Lost": f"{row.lost:,}",
        "Median time": NO_VALUE if median is None else _unbroken(short(median)),
    }


def _measuring_text(measurements: Sequence[RunningMeasurement], supernet: str) -> str:
    """Such as `Depth 2 3 2 · cycle 3`, or `4 sub-networks`."""
    if len(measurements) != 1:
        return count_text(len(measurements), "sub-network") if measurements else ""
    (measurement,) = measurements
    cycle = cycle_name(measurement.cycle)
    cycle = f"cycle {cycle}" if cycle.isdigit() else cycle
    try:
        space = registry.load(supernet).space
    except DynasError:
        return cycle
    texts: dict[str, list[str]] = defaultdict(list)
    for gene in representative_genes(space, _MOST_GENES):
        one = space.genes[gene]
        texts[kind_title(one)].append(one.text(measurement.genotype[gene]))
    genes = ", ".join(f"{kind} {' '.join(values)}" for kind, values in texts.items())
    return f"{genes} · {cycle}"


def _unbroken(text: str) -> str:
    """The text with spaces at which no line is broken."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")


def planning_sentence(planning: PlanningTime | None) -> str:
    """How long cycles are planned; empty if nothing was planned yet."""
    if planning is None:
        return ""
    share = f"{100 * planning.share:.1f}" if planning.share < 0.1 else f"{100 * planning.share:.0f}"
    if planning.cycles == 1:
        return f"Planning took {short(planning.largest)}, {share} % of the running time."
    return (
        f"Planning takes {short(planning.median)} a cycle (median of {planning.cycles:,}), at most "
        f"{short(planning.largest)} (cycle {planning.largest_cycle}): {share} % of the running "
        "time."
    )


def short(seconds: float) -> str:
    """A duration that may be short, such as `12 ms`, `0.84 s`, `3 m 20 s`."""
    if seconds < _MILLISECONDS_BELOW:
        return f"{1000 * seconds:.0f} ms"
    return f"{seconds:.2g} s" if seconds < _DECIMALS_BELOW else duration(seconds)
