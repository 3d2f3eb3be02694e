"""The filter box: an expression, its error, and the number of matching sub-networks."""

from collections.abc import Sequence

import streamlit as st

from app import url_parameters
from app.explore.ranges import parse_ranges
from app.formatting import escape_markdown
from engine.analysis.charts.parallel import axis_label
from engine.analysis.filtering import FilterResult, example_filter, filter_rows
from engine.count_text import count_text
from engine.runs.columns import RunColumns

BRUSH = "brush"
_LISTED_GENES = 8


def filter_box(columns: RunColumns, n: int) -> FilterResult:
    """Draw the box; return the rows that pass its expression and the brushes in the address."""
    column_names = list(columns.by_name(len(columns)))
    box, status = st.columns([0.62, 0.38], vertical_alignment="center", gap="small")
    with box:
        text = st.text_input(
            "Filter",
            key="filter",
            bind="query-params",
            placeholder=example_filter(columns),
            icon=":material/filter_alt:",
            label_visibility="collapsed",
            help=_help(columns),
        )
    result = filter_rows(
        columns, text or "", parse_ranges(url_parameters.text_parameter(BRUSH), column_names), n
    )
    with status, st.container(horizontal=True, vertical_alignment="center"):
        count = int(result.mask[:n].sum())
        note = "the filter is not applied" if result.error else "no filter"
        st.markdown(
            f"**{count:,}** of {n:,} match"
            if result.is_active
            else f"{count_text(n, 'evaluation')}, {note}",
            width="content",
        )
        if result.ranges:
            names = ", ".join(axis_label(columns, name) for name in result.ranges)
            st.button(
                "Clear brush",
                key="explore_clear_brush",
                icon=":material/close:",
                help=f"Brushed in the parallel coordinates: {names}",
                on_click=lambda: url_parameters.set_parameter(BRUSH, None),
            )
    if result.error:
        st.error(escape_markdown(result.error), icon=":material/error:")
    return result


def _categories_help(columns: RunColumns) -> str:
    for name, choices in columns.categories.items():
        first = f'"{choices[0]}"' if isinstance(choices[0], str) else str(choices[0])
        return f" Choices without an order are compared with == and !=: `{name} == {first}`."
    return ""


def _help(columns: RunColumns) -> str:
    return (
        f"A condition on columns, such as `{example_filter(columns)}` or `front and not reused`. "
        "Metrics can be called by their labels, and numbers may have k, M or G and the unit behind "
        f"them. Columns: number, cycle, seconds, {', '.join(columns.metrics)}; conditions by "
        "themselves: front, feasible, failed, reused, disturbed, extrapolated; genes: "
        f"{_genes_text([gene.name for gene in columns.genes])}.{_categories_help(columns)}"
    )


def _genes_text(names: Sequence[str]) -> str:
    """All of a few genes; the first and the last of many, which are counted."""
    if len(names) <= _LISTED_GENES:
        return ", ".join(names)
    return f"{names[0]} to {names[-1]}, counted within their kind"
