"""How many workers of a run were busy, and how many it could use, over its running time."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.analysis.charts.time_unit import time_unit
from engine.analysis.utilisation import Utilisation, utilisation
from engine.runs.history import RunHistory


@dataclass(frozen=True)
class WorkersInfo:
    """The `utilisation` of a run, on a time axis in `unit`, of `unit_seconds` each.

    `measured` tells whether there is anything to draw.
    """

    run: str
    utilisation: Utilisation
    unit: str
    unit_seconds: float
    measured: bool

    @property
    def share_text(self) -> str:
        """The share of the workers' time that was used, such as `94 %`; empty if unknown."""
        share = self.utilisation.share
        return "" if share is None else f"{100 * share:.0f} %"

    @property
    def description(self) -> str:
        """A text alternative of the chart."""
        if not self.measured:
            return "The use of the workers appears with the first measurement."
        return (
            "Workers that measure, and workers that the run may use, over its running time: "
            f"{self.share_text} of the time of the workers was used."
        )


def workers_info(run: str, history: RunHistory, began_now: Sequence[float] = ()) -> WorkersInfo:
    """Plain data of the chart; `began_now` are POSIX times at which running measurements began."""
    use = utilisation(history, began_now)
    seconds, unit = time_unit(float(use.edges[-1]))
    is_measured = bool(len(history.work_times.arrays()) or began_now)
    return WorkersInfo(run, use, unit, seconds, is_measured)
