"""The sources of metrics in a comparison: axis labels and warnings."""

from collections.abc import Sequence

from engine.analysis.charts.axes import ORDER
from engine.analysis.comparison.series import Series
from engine.metrics import Metric, metric
from engine.runs.history import RunHistory
from engine.sources import describe_sources, labelled_metric


def shared_metric(histories: Sequence[RunHistory], name: str) -> Metric:
    """A metric, labelled for an axis with the values of all these runs, which define it alike."""
    if name == ORDER.name:
        return ORDER
    with histories[0].own_metrics():
        return labelled_metric(
            name, frozenset().union(*(history.sources(name) for history in histories))
        )


def source_warning(series: Sequence[Series], name: str) -> str:
    """A warning if the values of a metric have different sources; else empty.

    Extrapolated values count as of the same source.
    """
    source_by_series = {
        one_series.legend: describe_sources(
            s for h in one_series.histories for s in h.sources(name)
        )
        for one_series in series
    }
    distinct_sources = {
        describe_sources(h.sources(name)) for one_series in series for h in one_series.histories
    }
    if len(distinct_sources) < 2:
        return ""
    series_text = "; ".join(f"{legend} is {source}" for legend, source in source_by_series.items())
    return (
        f"{metric(name).label} came about in different ways, so that these runs cannot be held "
        f"against each other: {series_text}."
    )


def unmeasured_note(series: Sequence[Series], name: str) -> str:
    """A sentence on a metric that none of the series measured; empty for any other."""
    source = describe_sources(
        s for one_series in series for h in one_series.histories for s in h.sources(name)
    )
    return "" if source == "measured" else f"{metric(name).label}: {source}."
