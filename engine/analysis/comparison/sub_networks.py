"""Sub-networks side by side as plain data: metrics with what differs, and genes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.analysis.number_text import metric_title, metric_value
from engine.analysis.value_differences import Delta, delta
from engine.evaluation.record import Evaluation
from engine.gene_names import named_genes
from engine.metrics import Metric
from engine.runs.held_out import HeldOutData
from engine.sources import as_shown, badge, words
from engine.space import SearchSpace


@dataclass(frozen=True)
class MetricValue:
    """One number of one sub-network with its source; `delta` is None in the first column."""

    text: str
    source: str
    delta: Delta | None


@dataclass(frozen=True)
class MetricRow:
    """One metric of all sub-networks that are compared."""

    title: str
    help: str
    values: tuple[MetricValue, ...]


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
    held_out: HeldOutData | None = None,
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
            MetricValue(metric_value(name, value), badge(e.sources.get(name, "")), change)
            for e, value, change in zip(chosen, values, deltas, strict=True)
        )
        rows.append(MetricRow(metric_title(known), known.description, cells))
    if held_out is not None and any(e.number in tested for e in chosen):
        rows.append(_test_row(chosen, tested, held_out))
    return rows


def _test_row(
    chosen: Sequence[Evaluation], tested: Mapping[int, float], held_out: HeldOutData
) -> MetricRow:
    shown, name = held_out.held_out_quality, held_out.quality.name
    values = [tested.get(evaluation.number) for evaluation in chosen]
    deltas = [None, *(delta(shown, values[0], other) for other in values[1:])]
    cells = tuple(
        MetricValue(metric_value(name, value), "" if value is None else "held out", change)
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
