"""One sub-network: its metrics with their sources, its diagram, its downloads."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import streamlit as st

from app.diagrams.blocks import legend
from app.diagrams.component import drawing
from app.diagrams.genes import gene_rows, genes_svg, size_legend
from app.diagrams.subnetwork import diagram_info, diagram_svg
from engine.analysis.metric_names import in_config_order
from engine.analysis.number_text import error_text, metric_value
from engine.config import NASConfig
from engine.constraints import missed_constraints
from engine.errors import DynasError
from engine.evaluation.quality_conditions import INPUTS, measured_with
from engine.evaluation.record import Evaluation
from engine.evaluation.uncertainty import evaluation_error
from engine.export.formats import SubNetworkFormat
from engine.meters.conditions import (
    describe_conditions,
    describe_quality_conditions,
    disturbance_warning,
)
from engine.meters.metrics import LAT, LAT_SPREAD
from engine.meters.registry import is_machine_specific
from engine.metrics import find_metric, order_metrics
from engine.sources import labelled_metric, source_badge, source_explanation
from engine.supernets import registry
from engine.supernets.base import Supernet


@dataclass(frozen=True)
class MetricRow:
    """One metric value with its unit and its source.

    `note` is additional text, such as the value before calibration.
    """

    label: str
    value: str
    source: str
    help: str
    missed_constraint: str = ""
    note: str = ""


def worker_output(evaluation: Evaluation, height: int) -> None:
    """Draw the last output of the worker of a failed evaluation, if any."""
    if evaluation.stderr:
        st.caption("Its worker wrote at last:")
        st.code(evaluation.stderr, language=None, height=height)


def supernet(name: str) -> Supernet:
    """The supernet called `name`; raises DynasError if it does not load."""
    return registry.load(name)


def metric_rows(
    evaluation: Evaluation,
    config: NASConfig | None = None,
    confirmed_text: Callable[[str], str] = lambda name: "",
) -> list[MetricRow]:
    """The rows of the sub-network's metrics, in the order of the configuration of its run.

    Each row names the constraint that its value violates. Without a configuration, metrics are in
    the product's order. `confirmed_text` says what repeated measurements of a metric tell.
    """
    names = (
        in_config_order(evaluation.metrics, config) if config else order_metrics(evaluation.metrics)
    )
    missed = missed_constraints(config.constraints if config else (), evaluation.metrics)
    missed_labels = {c.metric.name: c.label for c in missed}
    rows = []
    for name in names:
        known_metric = find_metric(name)
        source = evaluation.sources.get(name, "")
        description = known_metric.description if known_metric else ""
        help_text = f"{description} {source_explanation(source)}".strip()
        if is_machine_specific(name) and (conditions := describe_conditions(evaluation.conditions)):
            help_text += (
                f" Timed on {conditions}. {disturbance_warning(evaluation.conditions)}".rstrip()
            )
        if with_what := describe_quality_conditions(measured_with(name, evaluation)):
            help_text += f" Measured with {with_what}."
        error = error_text(evaluation_error(name, evaluation))
        if error and (inputs := measured_with(name, evaluation).get(INPUTS)):
            help_text += f" {error} is the standard error of a share of {inputs:,} inputs."
        if imported_conditions := evaluation.imported_conditions.get(name):
            help_text += _imported_text(imported_conditions)
        if evaluation.reused and source == "measured":
            help_text += " Measured before and reused."
            source = "measured, reused"
        rows.append(
            MetricRow(
                labelled_metric(name, {source}).label if known_metric else name,
                f"{metric_value(name, evaluation.metrics[name])} {error}".rstrip(),
                source_badge(source),
                help_text,
                missed_labels.get(name, ""),
                ", ".join(
                    filter(None, [_before_calibration(name, evaluation), confirmed_text(name)])
                ),
            )
        )
    return rows


def _imported_text(conditions: Mapping[str, Any]) -> str:
    """Sentences on what an imported latency was timed on, and when."""
    time, spread = conditions.get("measured_at"), conditions.get(LAT_SPREAD.name)
    when = f", at {time}" if time else ""
    spread_text = f" Its spread is {metric_value(LAT_SPREAD.name, spread)}." if spread else ""
    warning = disturbance_warning(conditions)
    return f" Timed on {describe_conditions(conditions)}{when}.{spread_text} {warning}".rstrip()


def _before_calibration(name: str, evaluation: Evaluation) -> str:
    """The value before calibration, such as `predictor itself: 82.10 %`; empty without one."""
    predicted_value = evaluation.uncalibrated.get(name)
    return (
        ""
        if predicted_value is None
        else f"predictor itself: {metric_value(name, predicted_value)}"
    )


def conditions_html(evaluation: Evaluation) -> str:
    """What quality was measured with, and what latency was timed on here and elsewhere.

    In small letters; empty where neither is known. A warning is added if other programs were
    running here.
    """
    html = "".join(
        f'<div class="dynas-small" data-testid="measured-with">{escape(line)}</div>'
        for line in _measured_with_lines(evaluation)
    )
    html += _timed_on_line(LAT.label, evaluation.conditions)
    if sentence := disturbance_warning(evaluation.conditions):
        html += f'<div class="dynas-missed" data-testid="disturbed">{escape(sentence)}</div>'
    for name, conditions in evaluation.imported_conditions.items():
        known_metric = find_metric(name)
        html += _timed_on_line(known_metric.label if known_metric else name, conditions)
    return html


def _measured_with_lines(evaluation: Evaluation) -> list[str]:
    """A line for each thing that measured quality, with the metrics that it measured."""
    labels: dict[str, list[str]] = {}
    for name in order_metrics(evaluation.metrics):
        if text := describe_quality_conditions(measured_with(name, evaluation)):
            known_metric = find_metric(name)
            labels.setdefault(text, []).append(known_metric.label if known_metric else name)
    return [f"{', '.join(names)} measured with {text}." for text, names in labels.items()]


def _timed_on_line(label: str, conditions: Mapping[str, Any]) -> str:
    """A line on what a latency was timed on; empty for unknown conditions."""
    text = describe_conditions(conditions)
    if not text:
        return ""
    return (
        '<div class="dynas-small" data-testid="timed-on">'
        f"{escape(label)} timed on {escape(text)}.</div>"
    )


def metrics_html(rows: list[MetricRow]) -> str:
    """The metrics as an HTML list, each with a badge that names its source."""
    entries = "".join(
        f"<dt>{escape(row.label)}</dt><dd>{escape(row.value)}"
        f'<span class="dynas-badge" title="{escape(row.help, quote=True)}">'
        f"{escape(row.source)}</span>"
        + (f'<span class="dynas-small">{escape(row.note)}</span>' if row.note else "")
        + (
            f'<span class="dynas-missed">misses {escape(row.missed_constraint)}</span>'
            if row.missed_constraint
            else ""
        )
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
    """A diagram as SVG and its legend; an empty `svg` means that only the config can be shown."""

    svg: str
    legend: str


def architecture(supernet_name: str, evaluation: Evaluation) -> Architecture:
    """The diagram of a sub-network: by parts if its space names them, else by genes."""
    try:
        loaded_supernet = supernet(supernet_name)
        info = diagram_info(loaded_supernet.space, loaded_supernet.stages, evaluation.config)
        if info is not None:
            return Architecture(
                diagram_svg(info), legend(loaded_supernet.space, loaded_supernet.stages)
            )
        rows = gene_rows(loaded_supernet.space, evaluation.config)
    except DynasError as error:
        return Architecture("", str(error))
    return Architecture(
        genes_svg(rows), size_legend(loaded_supernet.space, "a box a gene, taller: a larger choice")
    )


def diagram(figure: Architecture, evaluation: Evaluation, key: str) -> None:
    """Draw the diagram; without one, the config of the sub-network."""
    if figure.svg:
        drawing(figure.svg, key)
    else:
        st.code(str(evaluation.config), language="python", wrap_lines=True)
