"""Sub-networks side by side as plain data: metrics with what differs, and genes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from app.decide.differences import ACCURACY_NOISE, Delta, delta
from app.formatting import metric_title, metric_value
from engine.evaluation.record import Evaluation
from engine.gene_names import named_genes
from engine.metrics import Metric
from engine.runs.held_out import HeldOut
from engine.sources import as_shown, badge, words
from engine.space import SearchSpace


@dataclass(frozen=True)
class Value:
    """One number of one sub-network with its source; `delta` is None in the first column."""

    text: str
    source: str
    delta: Delta | None


@dataclass(frozen=True)
class MetricRow:
    """One metric of all sub-networks that are compared."""

    title: str
    help: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class GeneRow:
    """One gene of all; `off` where it has no effect."""

    title: str
    values: tuple[str, ...]
    differs: bool


def metric_rows(
    chosen: Sequence[Evaluation],
    names: Sequence[str],
    tested: Mapping[int, float],
    held_out: HeldOut | None = None,
) -> list[MetricRow]:
    """A row a metric in the order of `names`, then the quality on held-out data if known.

    `tested` has it by number; `held_out` says what it is.
    """
    rows = []
    for name in names:
        known = as_shown(name, {e.sources.get(name, "") for e in chosen if name in e.metrics})
        values = [evaluation.metrics.get(name) for evaluation in chosen]
        deltas = [None, *(delta(known, values[0], other) for other in values[1:])]
        cells = tuple(
            Value(metric_value(name, value), badge(e.sources.get(name, "")), change)
            for e, value, change in zip(chosen, values, deltas, strict=True)
        )
        rows.append(MetricRow(metric_title(known), known.description, cells))
    if held_out is not None and any(e.number in tested for e in chosen):
        rows.append(_test_row(chosen, tested, held_out))
    return rows


def _test_row(
    chosen: Sequence[Evaluation], tested: Mapping[int, float], held_out: HeldOut
) -> MetricRow:
    shown, name = held_out.shown, held_out.quality.name
    values = [tested.get(evaluation.number) for evaluation in chosen]
    deltas = [None, *(delta(shown, values[0], other) for other in values[1:])]
    cells = tuple(
        Value(metric_value(name, value), "" if value is None else "held out", change)
        for value, change in zip(values, deltas, strict=True)
    )
    return MetricRow(metric_title(shown), shown.description, cells)


def gene_rows(space: SearchSpace, chosen: Sequence[Evaluation]) -> list[GeneRow]:
    """A row a gene, in the order of the space."""
    genotypes = np.array([e.genotype for e in chosen], dtype=np.int64)
    active = space.active(genotypes)
    rows = []
    for gene in named_genes(space):
        known = space.genes[gene.index]
        values = tuple(
            known.text(choice) if on else "off"
            for choice, on in zip(genotypes[:, gene.index], active[:, gene.index], strict=True)
        )
        rows.append(GeneRow(gene.label, values, len(set(values)) > 1))
    return rows


def qualities_text(evaluation: Evaluation, tested: Mapping[int, float], quality: Metric) -> str:
    """The main quality on both parts of the data, as `validation 91.20 % · held out 90.85 %`.

    One that was not measured is called what it is: `predicted 76.80 %`.
    """
    parts, name = [], quality.name
    if (validation := evaluation.metrics.get(name)) is not None:
        said = words(evaluation.sources.get(name, "")) or "validation"
        parts.append(f"{said} {metric_value(name, validation)}")
    if (test := tested.get(evaluation.number)) is not None:
        parts.append(f"held out {metric_value(name, test)}")
    return " · ".join(parts)


def metrics_html(names: Sequence[str], rows: Sequence[MetricRow]) -> str:
    """The numbers as a table; each cell says its source, and how it differs from the first one."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in ("Metric", *names))
    body = "".join(
        f'<tr><th scope="row" title="{escape(row.help, quote=True)}">{escape(row.title)}</th>'
        + "".join(_cell(value) for value in row.values)
        + "</tr>"
        for row in rows
    )
    caption = "Differences are against the first sub-network."
    if any(value.text.endswith("%") for row in rows for value in row.values):
        caption += (
            f" Accuracies that differ by less than {ACCURACY_NOISE} points are as good as equal: "
            "measured again, one sub-network differs by as much."
        )
    if any(value.source.startswith("predicted") for row in rows for value in row.values):
        caption += (
            " What was predicted is off by some tenths of a point: smaller differences say little."
        )
    return (
        '<div class="dynas-sheet" data-testid="compared-metrics" tabindex="0"><table>'
        f"<caption>{caption}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )


def _cell(value: Value) -> str:
    badge = f'<span class="dynas-badge">{escape(value.source)}</span>' if value.source else ""
    change = ""
    if value.delta is not None and value.delta.verdict:
        change = f'<div class="dynas-small">{escape(value.delta.words)}</div>'
    return f"<td><b>{escape(value.text)}</b>{badge}{change}</td>"
