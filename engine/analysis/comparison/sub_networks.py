"""Comparison of sub-networks as plain data: metrics with their differences, and genes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.analysis.number_text import error_text, metric_title, metric_value
from engine.analysis.value_differences import Delta, delta
from engine.evaluation.record import Evaluation
from engine.evaluation.uncertainty import evaluation_error, noise
from engine.gene_names import named_genes
from engine.metrics import Metric
from engine.runs.held_out import HeldOutData
from engine.sources import describe_source, labelled_metric, source_badge
from engine.space import SearchSpace


@dataclass(frozen=True)
class MetricValue:
    """One value of one sub-network with its source; `delta` is None in the first column.

    `error` is its standard error as text, such as `± 0.41`; empty where it is not known.
    """

    text: str
    source: str
    delta: Delta | None
    error: str = ""


@dataclass(frozen=True)
class MetricRow:
    """One metric of all compared sub-networks."""

    title: str
    help: str
    values: tuple[MetricValue, ...]


@dataclass(frozen=True)
class GeneRow:
    """One gene of all sub-networks; `off` where it has no effect."""

    title: str
    values: tuple[str, ...]
    differs: bool


def metric_rows(
    evaluations: Sequence[Evaluation],
    names: Sequence[str],
    held_out_values: Mapping[int, float],
    held_out: HeldOutData | None = None,
) -> list[MetricRow]:
    """A row for each metric in the order of `names`, then the quality on held-out data if known.

    `held_out_values` has it by number; `held_out` describes it.
    """
    rows = []
    for name in names:
        metric = labelled_metric(
            name, {e.sources.get(name, "") for e in evaluations if name in e.metrics}
        )
        values = [evaluation.metrics.get(name) for evaluation in evaluations]
        noises = [noise(name, evaluations[0], e) for e in evaluations]
        deltas = [
            None,
            *(delta(metric, values[0], v, n) for v, n in zip(values[1:], noises[1:], strict=True)),
        ]
        cells = tuple(
            MetricValue(
                metric_value(name, value),
                source_badge(e.sources.get(name, "")),
                difference,
                error_text(evaluation_error(name, e)),
            )
            for e, value, difference in zip(evaluations, values, deltas, strict=True)
        )
        rows.append(MetricRow(metric_title(metric), metric.description, cells))
    if held_out is not None and any(e.number in held_out_values for e in evaluations):
        rows.append(_test_row(evaluations, held_out_values, held_out))
    return rows


def _test_row(
    evaluations: Sequence[Evaluation], held_out_values: Mapping[int, float], held_out: HeldOutData
) -> MetricRow:
    metric, name = held_out.held_out_quality, held_out.quality.name
    values = [held_out_values.get(evaluation.number) for evaluation in evaluations]
    deltas = [None, *(delta(metric, values[0], value) for value in values[1:])]
    cells = tuple(
        MetricValue(metric_value(name, value), "" if value is None else "held out", difference)
        for value, difference in zip(values, deltas, strict=True)
    )
    return MetricRow(metric_title(metric), metric.description, cells)


def gene_rows(space: SearchSpace, evaluations: Sequence[Evaluation]) -> list[GeneRow]:
    """A row for each gene, in the order of the space."""
    genotypes = np.array([e.genotype for e in evaluations], dtype=np.int64)
    active = space.active(genotypes)
    rows = []
    for gene in named_genes(space):
        space_gene = space.genes[gene.index]
        values = tuple(
            space_gene.text(choice) if is_active else "off"
            for choice, is_active in zip(
                genotypes[:, gene.index], active[:, gene.index], strict=True
            )
        )
        rows.append(GeneRow(gene.label, values, len(set(values)) > 1))
    return rows


def qualities_text(
    evaluation: Evaluation, held_out_values: Mapping[int, float], quality: Metric
) -> str:
    """The main quality on both parts of the data, as `validation 91.20 % · held out 90.85 %`.

    A value that was not measured is named by its source: `predicted 76.80 %`.
    """
    parts, name = [], quality.name
    if (validation := evaluation.metrics.get(name)) is not None:
        source = describe_source(evaluation.sources.get(name, "")) or "validation"
        parts.append(f"{source} {metric_value(name, validation)}")
    if (test := held_out_values.get(evaluation.number)) is not None:
        parts.append(f"held out {metric_value(name, test)}")
    return " · ".join(parts)
