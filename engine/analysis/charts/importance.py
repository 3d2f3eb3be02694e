"""Which genes matter to a metric: a bar each, with the spread over folds and repeats."""

from dataclasses import dataclass
from typing import Literal

from engine.metrics import Metric
from engine.predictors.importance import Importance, ImportanceReport
from engine.sources import words

By = Literal["stage", "gene"]

_MOST = 18  # bars
_WEAK, _POOR = 0.5, 0.25  # Kendall's tau below which a ranking is doubtful, or says nothing


@dataclass(frozen=True)
class ImportanceInfo:
    """Plain data of the chart: `bars` largest first, of `parts` in all."""

    run: str
    metric: Metric
    bars: tuple[Importance, ...]
    parts: int
    report: ImportanceReport

    @property
    def title(self) -> str:
        """Such as `What Latency depends on`."""
        return f"What {self.metric.label} depends on"

    @property
    def trust(self) -> Literal["good", "weak", "poor"]:
        """Whether the predictor ranks well enough for its importances to mean something."""
        tau = self.report.tau
        return "good" if tau >= _WEAK else "weak" if tau >= _POOR else "poor"

    @property
    def made(self) -> str:
        """How it was computed, and how good the predictor is."""
        report = self.report
        done = "evaluated" if words(self.metric.source) else "measured"
        return (
            f"Permutation importance from a {report.predictor} fitted to the last "
            f"{report.rows} {done} sub-networks, on rows held out: the share of the variance of "
            f"{self.metric.label} that is no longer predicted when these genes are exchanged "
            "between sub-networks. Whiskers are one standard deviation over 5 folds and 3 repeats. "
            f"In cross-validation the predictor reaches tau {report.tau:.2f} and explains "
            f"{100 * max(0.0, report.explained_variance):.0f} % of the variance."
        )

    @property
    def warning(self) -> str:
        """Why not to trust it, if so."""
        return {
            "good": "",
            "weak": f"The predictor ranks unseen sub-networks moderately (tau "
            f"{self.report.tau:.2f}): trust the order of the longest bars only.",
            "poor": f"The predictor hardly ranks unseen sub-networks (tau {self.report.tau:.2f}): "
            "do not trust these bars. More evaluations help.",
        }[self.trust]

    @property
    def description(self) -> str:
        """What a reader who does not see the chart should know."""
        first = ", ".join(f"{bar.label} {100 * bar.mean:.0f} %" for bar in self.bars[:3])
        return f"What matters most to {self.metric.label}: {first}. {self.made}"

    @property
    def note(self) -> str:
        """How many bars are not drawn."""
        rest = self.parts - len(self.bars)
        return f"The {rest} least important are not drawn." if rest else ""


def importance_info(run: str, metric: Metric, report: ImportanceReport, by: By) -> ImportanceInfo:
    """The bars of a report, by kind and stage or by single gene."""
    found = report.groups if by == "stage" else report.genes
    return ImportanceInfo(run, metric, found[:_MOST], len(found), report)
