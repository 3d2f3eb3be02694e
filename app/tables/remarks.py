"""What stands below a number in a table where its column does not say enough of it."""

from engine.analysis.number_text import metric_title
from engine.evaluation.record import Evaluation
from engine.metrics import Metric, metric
from engine.sources import EXTRAPOLATED, is_extrapolated, is_mixed, source_badge, source_headline


def column_title(column: Metric) -> str:
    """The title of a column: where its numbers have several sources, each row says its own."""
    return metric_title(metric(column.name) if is_mixed(column.source) else column)


def remark(evaluation: Evaluation, column: Metric) -> str:
    """How this number came about, where a column holds numbers of several sources.

    `extrapolated` where only that sets it apart from others; empty where there is no number, or
    the title of the column says all.
    """
    if column.name not in evaluation.metrics:
        return ""
    own = evaluation.sources.get(column.name, "measured")
    if source_headline(own) != source_headline(column.source):
        return source_badge(own)
    return EXTRAPOLATED if is_extrapolated(own) else ""
