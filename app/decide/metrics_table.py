"""The HTML table of the metrics of several sub-networks."""

from collections.abc import Sequence
from html import escape

from engine.analysis.comparison.sub_networks import MetricRow, MetricValue
from engine.evaluation.uncertainty import REPEATED
from engine.sources import source_kind


def metrics_html(names: Sequence[str], rows: Sequence[MetricRow]) -> str:
    """The table; each cell has its source, and its difference from the first sub-network."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in ("Metric", *names))
    body = "".join(
        f'<tr><th scope="row" title="{escape(row.help, quote=True)}">{escape(row.title)}</th>'
        + "".join(_cell(value) for value in row.values)
        + "</tr>"
        for row in rows
    )
    caption = "Differences are against the first sub-network."
    if any(_is_measured_share(value) for row in rows for value in row.values):
        caption += _noise_sentence(rows)
    if any(value.source.startswith("predicted") for row in rows for value in row.values):
        caption += (
            " What was predicted is off by some tenths of a point: smaller differences say little."
        )
    return (
        '<div class="dynas-sheet" data-testid="compared-metrics" tabindex="0"><table>'
        f"<caption>{caption}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )


def _is_measured_share(value: MetricValue) -> bool:
    return value.text.endswith("%") and source_kind(value.source) not in ("exact", "predicted")


def _noise_sentence(rows: Sequence[MetricRow]) -> str:
    """Which accuracies count as equal."""
    if any(value.error for row in rows for value in row.values):
        return (
            " ± is one standard error: on as many other images, accuracy would differ by about as "
            "much. Accuracies that differ by less than the standard error of their difference, or "
            f"by less than {REPEATED} points, are equal within noise."
        )
    return (
        f" Accuracies that differ by less than {REPEATED} points are as good as equal: "
        "measured again, one sub-network differs by as much."
    )


def _cell(value: MetricValue) -> str:
    badge = f'<span class="dynas-badge">{escape(value.source)}</span>' if value.source else ""
    change = ""
    if value.delta is not None and value.delta.verdict:
        change = f'<div class="dynas-small">{escape(value.delta.words)}</div>'
    error = f" {escape(value.error)}" if value.error else ""
    return f"<td><b>{escape(value.text)}</b>{error}{badge}{change}</td>"
