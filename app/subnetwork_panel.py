"""One sub-network: its numbers with where they come from, its drawing, its downloads."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from app.diagrams.blocks import legend
from app.diagrams.component import drawing
from app.diagrams.genes import gene_rows, genes_svg, size_legend
from app.diagrams.subnetwork import diagram_info, diagram_svg
from engine.analysis.number_text import metric_value
from engine.config import NASConfig
from engine.constraints import Constraint, missed_constraints
from engine.errors import DynasError
from engine.evaluation.record import Evaluation
from engine.export.formats import SubNetworkFormat
from engine.meters.conditions import describe_conditions, disturbance_warning
from engine.meters.registry import is_machine_specific
from engine.metrics import find_metric, order_metrics
from engine.sources import labelled_metric, source_badge, source_explanation
from engine.supernets import registry
from engine.supernets.base import Supernet


@dataclass(frozen=True)
class MetricRow:
    """One number with its unit; `source` says how it came about.

    `beside` is what else there is to say of it, such as its value before it was calibrated.
    """

    label: str
    value: str
    source: str
    help: str
    missed: str = ""
    beside: str = ""


def written(evaluation: Evaluation, height: int) -> None:
    """What the worker of an evaluation that failed wrote at last, if anything."""
    if evaluation.stderr:
        st.caption("Its worker wrote at last:")
        st.code(evaluation.stderr, language=None, height=height)


def supernet(name: str) -> Supernet:
    """The supernet called `name`; raises DynasError if it does not load."""
    return registry.load(name)


def metric_rows(evaluation: Evaluation, constraints: Sequence[Constraint] = ()) -> list[MetricRow]:
    """The sub-network's numbers in the order in which the product lists metrics.

    Each names the constraint that it misses.
    """
    broken = {c.metric.name: c.label for c in missed_constraints(constraints, evaluation.metrics)}
    rows = []
    for name in order_metrics(evaluation.metrics):
        known = find_metric(name)
        source = evaluation.sources.get(name, "")
        text = f"{known.description if known else ''} {source_explanation(source)}".strip()
        if is_machine_specific(name) and (timed_on := describe_conditions(evaluation.conditions)):
            text += f" Timed on {timed_on}. {disturbance_warning(evaluation.conditions)}".rstrip()
        if evaluation.reused and source == "measured":
            text += " Measured before and reused."
            source = "measured, reused"
        rows.append(
            MetricRow(
                labelled_metric(name, {source}).label if known else name,
                metric_value(name, evaluation.metrics[name]),
                source_badge(source),
                text,
                broken.get(name, ""),
                _before_calibration(name, evaluation),
            )
        )
    return rows


def _before_calibration(name: str, evaluation: Evaluation) -> str:
    """What the predictor itself says, such as `predictor: 82.10 %`; empty where nothing changed."""
    said = evaluation.uncalibrated.get(name)
    return "" if said is None else f"predictor itself: {metric_value(name, said)}"


def timed_on_html(evaluation: Evaluation) -> str:
    """What the latency was timed on, in small letters; empty where none was.

    With a sentence on other programs, if there were any.
    """
    words = describe_conditions(evaluation.conditions)
    if not words:
        return ""
    told = (
        f'<div class="dynas-small" data-testid="timed-on">Latency timed on {escape(words)}.</div>'
    )
    if sentence := disturbance_warning(evaluation.conditions):
        told += f'<div class="dynas-missed" data-testid="disturbed">{escape(sentence)}</div>'
    return told


def metrics_html(rows: list[MetricRow]) -> str:
    """The numbers as a list, each with a badge that names its source."""
    entries = "".join(
        f"<dt>{escape(row.label)}</dt><dd>{escape(row.value)}"
        f'<span class="dynas-badge" title="{escape(row.help, quote=True)}">'
        f"{escape(row.source)}</span>"
        + (f'<span class="dynas-small">{escape(row.beside)}</span>' if row.beside else "")
        + (f'<span class="dynas-missed">misses {escape(row.missed)}</span>' if row.missed else "")
        + "</dd>"
        for row in rows
    )
    return f'<dl class="dynas-metrics" data-testid="subnetwork-metrics">{entries}</dl>'


def download_button(
    entry: SubNetworkFormat, config: NASConfig, evaluation: Evaluation, key_prefix: str
) -> None:
    """Offer the sub-network in one format; the button's key is `{key_prefix}_{entry.name}`."""
    st.download_button(
        entry.label,
        lambda: entry.write(config, evaluation),
        entry.file_name(evaluation.number),
        entry.mime,
        key=f"{key_prefix}_{entry.name}",
        icon=":material/download:",
        on_click="ignore",
    )


@dataclass(frozen=True)
class Architecture:
    """A drawing and what its shapes mean; without a drawing, the config is all there is."""

    svg: str
    legend: str


def architecture(supernet_name: str, evaluation: Evaluation) -> Architecture:
    """How the sub-network is drawn: by its parts where its space names them, else by its genes."""
    try:
        known = supernet(supernet_name)
        info = diagram_info(known.space, known.stages, evaluation.config)
        if info is not None:
            return Architecture(diagram_svg(info), legend(known.space, known.stages))
        rows = gene_rows(known.space, evaluation.config)
    except DynasError as error:
        return Architecture("", str(error))
    return Architecture(
        genes_svg(rows), size_legend(known.space, "a box a gene, taller: a larger choice")
    )


def diagram(drawn: Architecture, evaluation: Evaluation, key: str) -> None:
    """Draw the architecture; without its supernet it is shown as its config."""
    if drawn.svg:
        drawing(drawn.svg, key)
    else:
        st.code(str(evaluation.config), language="python", wrap_lines=True)
