"""The list of runs as lines of text, for a terminal."""

from collections.abc import Sequence

from engine.runs.run_index import UnreadableRun
from engine.runs.run_summary import RunSummary

_TITLES = ("id", "state", "evaluations", "hypervolume", "name")


def run_lines(readable: Sequence[RunSummary], unreadable: Sequence[UnreadableRun]) -> list[str]:
    """A line with titles and one for each run, the unreadable ones last with their reasons.

    Columns are aligned and separated by two spaces or more. Empty if there is no run.
    """
    rows = [(s.id, s.state, _count(s), f"{s.hypervolume:.4f}", s.name) for s in readable] + [
        (run.id, run.state, "-", "-", run.reason) for run in unreadable
    ]
    if not rows:
        return []
    rows.insert(0, _TITLES)
    widths = [max(len(row[column]) for row in rows) for column in range(len(_TITLES) - 1)]
    return [
        "  ".join(
            (
                row[0].ljust(widths[0]),
                row[1].ljust(widths[1]),
                row[2].rjust(widths[2]),
                row[3].rjust(widths[3]),
                row[4],
            )
        )
        for row in rows
    ]


def _count(summary: RunSummary) -> str:
    """As `RunSummary.count_text`, without commas."""
    return summary.count_text("/").replace(",", "")
