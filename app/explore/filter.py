"""The filter box: an expression, what is wrong with it, and how many sub-networks match."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import streamlit as st

from app import address
from app.charts.parallel import axis_label, brushed_mask
from app.explore.ranges import Ranges, ranges_from
from app.formatting import plain
from engine.errors import FilterError
from engine.metrics import find
from engine.runs.columns import RunColumns
from engine.runs.expression import LONGEST, parse_filter

BRUSH = "brush"

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Matches:
    """`by_text` and `mask` are `(n,)`: what the expression lets pass, and what brushes do as well.

    `error` says what is wrong with the expression, which then lets all pass.
    """

    by_text: Mask
    mask: Mask
    ranges: Ranges
    active: bool
    error: str = ""


def matches(columns: RunColumns, text: str, ranges: Ranges, n: int) -> Matches:
    """What passes an expression and brushed ranges. `front` means the front after `n`."""
    everything = np.ones(len(columns), dtype=bool)
    by_text, error = everything, ""
    named = columns.named(len(columns))
    if text.strip():
        try:
            condition = parse_filter(text, list(named), columns.categories)
            rows = {name: named[name] for name in condition.names}
            if "front" in rows:
                rows["front"] = columns.front(n)
            by_text = condition.mask(rows) if rows else condition.mask({"number": columns.number})
        except FilterError as problem:
            error = str(problem)
    mask = by_text & brushed_mask(columns, ranges, len(columns)) if ranges else by_text
    active = bool(ranges) or (bool(text.strip()) and not error)
    return Matches(by_text, mask, ranges, active, error)


def filter_box(columns: RunColumns, n: int) -> Matches:
    """Draw the box and what it says; what passes it and the brushes in the page's address."""
    named = columns.named(len(columns))
    box, says = st.columns([0.62, 0.38], vertical_alignment="center", gap="small")
    with box:
        text = st.text_input(
            "Filter",
            key="filter",
            bind="query-params",
            max_chars=LONGEST,
            placeholder=example(columns),
            icon=":material/filter_alt:",
            label_visibility="collapsed",
            help=_help(columns),
        )
    found = matches(columns, text or "", ranges_from(address.word(BRUSH), list(named)), n)
    with says, st.container(horizontal=True, vertical_alignment="center"):
        count = int(found.mask[:n].sum())
        says_all = "the filter is not applied" if found.error else "no filter"
        st.markdown(
            f"**{count:,}** of {n:,} match" if found.active else f"{n:,} evaluations, {says_all}",
            width="content",
        )
        if found.ranges:
            names = ", ".join(axis_label(columns, name) for name in found.ranges)
            st.button(
                "Clear brush",
                key="explore_clear_brush",
                icon=":material/close:",
                help=f"Brushed in the parallel coordinates: {names}",
                on_click=lambda: address.put(BRUSH, None),
            )
    if found.error:
        st.error(plain(found.error), icon=":material/error:")
    return found


def example(columns: RunColumns) -> str:
    """A filter that makes sense of this run's numbers."""
    parts: dict[str, str] = {}
    for name, values in columns.metrics.items():
        there = values[np.isfinite(values)]
        better = known.direction if (known := find(name)) else ""
        if len(there) and better and better not in parts:
            limit = _short(float(np.median(there)))
            parts[better] = f"{name} {'<' if better == 'min' else '>'} {limit}"
    return " and ".join([*parts.values(), "feasible"])


def _short(value: float) -> str:
    """Three figures as the filter reads them, such as `5.84M`."""
    for factor, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= factor:
            return f"{value / factor:.3g}{letter}"
    return f"{value:.3g}"


def _categories_help(columns: RunColumns) -> str:
    for name, choices in columns.categories.items():
        first = f'"{choices[0]}"' if isinstance(choices[0], str) else str(choices[0])
        return f" Choices without an order are asked for with == and !=: `{name} == {first}`."
    return ""


def _help(columns: RunColumns) -> str:
    genes = [gene.name for gene in columns.genes]
    return (
        "A condition on columns, such as `macs < 5M and acc > 90`, `front and d1 == 4` or "
        "`not reused`. Numbers may end in k, M or G. Columns: number, cycle, seconds, "
        f"{', '.join(columns.metrics)}; conditions by themselves: front, feasible, failed, reused, "
        f"disturbed, extrapolated; genes: {genes[0]} to {genes[-1]}, counted within their kind."
        f"{_categories_help(columns)}"
    )
