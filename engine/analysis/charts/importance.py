"""The importance of genes for a metric: a bar each, with its spread over folds and repeats."""

from dataclasses import dataclass
from typing import Literal

from engine.analysis.measured_effects import MeasuredEffects
from engine.metrics import Metric
from engine.predictors.importance import Importance, ImportanceReport
from engine.sources import describe_source

By = Literal["stage", "gene"]

_MAX_BARS = 18
_WEAK_TAU, _POOR_TAU = 0.5, 0.25  # below this a ranking is doubtful, or meaningless


@dataclass(frozen=True)
class ImportanceBars:
    """The `bars` of a metric, largest first, out of `parts`."""

    run: str
    metric: Metric
    bars: tuple[Importance, ...]
    parts: int

    @property
    def title(self) -> str:
        """A title such as `What Latency depends on`."""
        return f"What {self.metric.label} depends on"

    @property
    def trust(self) -> Literal["good", "weak", "poor"]:
        """Whether the bars are meaningful."""
        return "good"

    @property
    def method_text(self) -> str:
        """The method in a few sentences."""
        return ""

    @property
    def description(self) -> str:
        """A text alternative of the chart."""
        first = ", ".join(f"{bar.label} {100 * bar.mean:.0f} %" for bar in self.bars[:3])
        return f"What matters most to {self.metric.label}: {first}. {self.method_text}"

    @property
    def note(self) -> str:
        """The number of bars that are not drawn."""
        hidden_count = self.parts - len(self.bars)
        return f"The {hidden_count} least important are not drawn." if hidden_count else ""


@dataclass(frozen=True)
class EffectsInfo(ImportanceBars):
    """Plain data of the chart of `measured_effects`."""

    effects: MeasuredEffects

    @property
    def method_text(self) -> str:
        """The method."""
        return (
            f"The share of the variance of {self.metric.label} that goes with each part in the "
            f"last {self.effects.rows:,} {_verb(self.metric)} sub-networks. Each part is "
            "looked at alone: what goes with two of them counts for both, so that shares may add "
            "up to more than 100 %. Whiskers are one standard error."
        )


@dataclass(frozen=True)
class ImportanceInfo(ImportanceBars):
    """Plain data of the chart of a predictor's importances."""

    report: ImportanceReport

    @property
    def trust(self) -> Literal["good", "weak", "poor"]:
        """Whether the predictor ranks well enough for its importances to be meaningful."""
        tau = self.report.tau
        return "good" if tau >= _WEAK_TAU else "weak" if tau >= _POOR_TAU else "poor"

    @property
    def method_text(self) -> str:
        """The method, and the quality of the predictor."""
        report, verb = self.report, _verb(self.metric)
        return (
            f"Permutation importance from a {report.predictor} fitted to the last "
            f"{report.rows} {verb} sub-networks, on rows held out: the share of the variance of "
            f"{self.metric.label} that is no longer predicted when these genes are exchanged "
            "between sub-networks. Each part is exchanged alone, so that shares may add up to more "
            "than 100 %. Whiskers are one standard deviation over 5 folds and 3 repeats. "
            f"In cross-validation the predictor reaches tau {report.tau:.2f} and explains "
            f"{_share_text(report.explained_variance)} of the variance."
        )

    @property
    def warning(self) -> str:
        """A warning if the importances are unreliable, else empty."""
        return {
            "good": "",
            "weak": f"The predictor ranks unseen sub-networks moderately (tau "
            f"{self.report.tau:.2f}): trust the order of the longest bars only.",
            "poor": f"The predictor hardly ranks unseen sub-networks (tau {self.report.tau:.2f}): "
            "do not trust these bars. More evaluations help.",
        }[self.trust]


def _verb(metric: Metric) -> str:
    return "evaluated" if describe_source(metric.source) else "measured"


def importance_info(run: str, metric: Metric, report: ImportanceReport, by: By) -> ImportanceInfo:
    """The bars of a report, by kind and stage or by single gene."""
    importances = report.groups if by == "stage" else report.genes
    return ImportanceInfo(run, metric, importances[:_MAX_BARS], len(importances), report)


def _share_text(share: float) -> str:
    """In percent; a predictor that is not exact does not explain 100 %."""
    return f"{min(100 * max(0.0, share), 99.9):.3g} %"


def effects_info(run: str, metric: Metric, effects: MeasuredEffects, by: By) -> EffectsInfo:
    """The bars of measured shares, by kind and stage or by single gene."""
    shares = effects.groups if by == "stage" else effects.genes
    return EffectsInfo(run, metric, shares[:_MAX_BARS], len(shares), effects)
