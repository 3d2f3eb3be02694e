"""The note below a number in a table whose source differs from that of its column."""

from engine.analysis.number_text import error_text, metric_title
from engine.evaluation.record import Evaluation
from engine.evaluation.uncertainty import evaluation_error
from engine.metrics import Metric, metric
from engine.sources import EXTRAPOLATED, is_extrapolated, is_mixed, source_badge, source_headline


def column_title(column: Metric) -> str:
    """The title of a column; without a source if its numbers have several."""
    return metric_title(metric(column.name) if is_mixed(column.source) else column)


def source_note(evaluation: Evaluation, column: Metric) -> str:
    """The source of a number if it differs from the source in the column's title.

    `extrapolated` if only that differs; else the standard error, where it is known. Empty if there
    is no number.
    """
    if column.name not in evaluation.metrics:
        return ""
    source = evaluation.sources.get(column.name, "measured")
    if source_headline(source) != source_headline(column.source):
        return source_badge(source)
    if is_extrapolated(source):
        return EXTRAPOLATED
    return error_text(evaluation_error(column.name, evaluation))
