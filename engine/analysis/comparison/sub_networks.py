"""Sub-networks side by side as plain data: metrics with what differs, and genes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.analysis.number_text import metric_title, metric_value, number_with_unit
from engine.analysis.value_differences import Delta, delta
from engine.evaluation.record import Evaluation
from engine.gene_names import named_genes
from engine.metrics import METRICS
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
    chosen: Sequence[Evaluation], names: Sequence[str], tested: Mapping[int, float]
) -> list[MetricRow]:
    """A row a metric in the order of `names`, then the accuracy on the test images if known."""
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
    if any(e.number in tested for e in chosen):
        rows.append(_test_row(chosen, tested))
    return rows


def _test_row(chosen: Sequence[Evaluation], tested: Mapping[int, float]) -> MetricRow:
    accuracy = METRICS["acc"]
    values = [tested.get(evaluation.number) for evaluation in chosen]
    deltas = [None, *(delta(accuracy, values[0], other) for other in values[1:])]
    cells = tuple(
        Value(metric_value("acc", value), "" if value is None else "test, held out", change)
        for value, change in zip(values, deltas, strict=True)
    )
    text = "Top-1 accuracy on the test images, which no search has seen."
    return MetricRow("Test accuracy ↑", text, cells)


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


def accuracies_text(evaluation: Evaluation, tested: Mapping[int, float]) -> str:
    """Validation and test accuracy in one line, such as `validation 91.20 % · test 90.85 %`.

    One that was not measured is called what it is: `predicted 76.80 %`.
    """
    parts = []
    if (validation := evaluation.metrics.get("acc")) is not None:
        said = words(evaluation.sources.get("acc", "")) or "validation"
        parts.append(f"{said} {number_with_unit(validation, '%')}")
    if (test := tested.get(evaluation.number)) is not None:
        parts.append(f"test {number_with_unit(test, '%')}")
    return " · ".join(parts)
