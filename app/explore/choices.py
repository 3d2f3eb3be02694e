"""Choices of a metric and of a gene for the views below the charts, kept in the address."""

from collections.abc import Mapping, Sequence

import streamlit as st

from app.formatting import choice_width
from app.url_parameters import selected_option
from engine.runs.columns import RunColumns

_MIN_WIDTH = 170  # pixels


def metric_choice(columns: RunColumns, names: Sequence[str], key: str) -> str:
    """Draw a select box of metrics; returns the name of the selected one."""
    return _choice("Metric", {name: columns.metric(name).label for name in names}, key, names[0])


def gene_choice(
    columns: RunColumns, names: Sequence[str], title: str, key: str, default: str
) -> str:
    """Draw a select box of genes by their labels; returns the name of the selected one."""
    labels = {gene.name: gene.label for gene in columns.genes}
    return _choice(title, {name: labels[name] for name in names}, key, default)


def _choice(title: str, labels: Mapping[str, str], key: str, default: str) -> str:
    names = list(labels)
    selected = st.selectbox(
        title,
        names,
        index=names.index(default),
        format_func=labels.__getitem__,
        key=key,
        bind="query-params",
        label_visibility="collapsed",
        width=choice_width([labels[selected_option(names, key, default)]], _MIN_WIDTH),
    )
    return str(selected or default)
