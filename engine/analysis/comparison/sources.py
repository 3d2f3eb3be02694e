"""How the numbers of runs side by side came about: how an axis is labelled, what to warn of."""

from collections.abc import Sequence

from engine.analysis.comparison.series import Series
from engine.metrics import Metric, metric
from engine.runs.history import RunHistory
from engine.sources import as_shown, combined_words


def shown_together(histories: Sequence[RunHistory], name: str) -> Metric:
    """A metric as it is labelled where the numbers of all these runs stand on one axis."""
    return as_shown(name, frozenset().union(*(history.sources(name) for history in histories)))


def different_sources(series: Sequence[Series], name: str) -> str:
    """A warning where the numbers of a metric came about in different ways; else empty.

    Whether some of them were extrapolated makes no other way.
    """
    said = {
        one.legend: combined_words(s for h in one.histories for s in h.sources(name))
        for one in series
    }
    each = {combined_words(h.sources(name)) for one in series for h in one.histories}
    if len(each) < 2:
        return ""
    named = "; ".join(f"{legend} is {how}" for legend, how in said.items())
    return (
        f"{metric(name).label} came about in different ways, so that these runs cannot be held "
        f"against each other: {named}."
    )


def unmeasured(series: Sequence[Series], name: str) -> str:
    """A sentence on a metric that none of the series measured; empty for any other."""
    said = combined_words(s for one in series for h in one.histories for s in h.sources(name))
    return "" if said == "measured" else f"{metric(name).label}: {said}."
