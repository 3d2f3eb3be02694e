"""The table of evaluations: sorted, filtered, in pages, with a choice of columns."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import streamlit as st

from app import url_parameters
from app.explore.selection import requested_row
from app.tables.component import Column, Order, Row, table
from app.tables.source_notes import column_title, source_note
from engine.analysis.charts.parallel import axis_label
from engine.analysis.number_text import metric_value_bare
from engine.evaluation.record import WARM_START_CYCLE
from engine.gene_names import representative_genes
from engine.runs.columns import RunColumns
from engine.runs.evaluation_notes import COLUMN, evaluation_notes
from engine.runs.filter_expression import FLAGS
from engine.runs.history import RunHistory

SORT, PAGE = "sort", "page"
PAGE_ROWS = 50
"""Rows of a page."""

_HEIGHT = 420
_MAX_GENES = 6


@dataclass(frozen=True)
class TableInfo:
    """Plain data of one page, counted from 1; `names` are the columns after the number."""

    names: tuple[str, ...]
    numbers: tuple[int, ...]
    cells: tuple[tuple[str, ...], ...]
    page: int
    page_count: int
    match_count: int
    sort: str
    descending: bool


def sorted_numbers(
    columns: RunColumns,
    mask: npt.NDArray[np.bool_],
    sort: str,
    descending: bool,
    notes: Mapping[int, str] = {},
) -> npt.NDArray[np.int64]:
    """The numbers of the matching evaluations in order; those without a value come last.

    By `COLUMN`, those with one of the `notes` come first.
    """
    n = len(mask)
    if sort == COLUMN:
        noted = [number for number in notes if number <= n]
        values = np.full(n, np.nan)
        values[np.array(noted, dtype=np.int64) - 1] = noted
    else:
        values = np.asarray(columns.by_name(n)[sort], dtype=np.float64)
    key = np.where(np.isnan(values), np.inf, -values if descending else values)
    order = np.argsort(key, kind="stable")
    numbers: npt.NDArray[np.int64] = order[mask[order]] + 1
    return numbers


def table_info(
    columns: RunColumns,
    mask: npt.NDArray[np.bool_],
    names: tuple[str, ...],
    sort: str,
    descending: bool,
    page: int,
    find: int | None = None,
    notes: Mapping[int, str] = {},
) -> TableInfo:
    """A page of the rows in `mask`, `(n,)`; the page of evaluation `find` if that is among them.

    With `notes`, they are a last column.
    """
    ordered = sorted_numbers(columns, mask, sort, descending, notes)
    page_count = max(1, math.ceil(len(ordered) / PAGE_ROWS))
    page = min(max(page, 1), page_count)
    if find is not None and len(positions := np.flatnonzero(ordered == find)):
        page = int(positions[0]) // PAGE_ROWS + 1
    page_numbers = ordered[(page - 1) * PAGE_ROWS : page * PAGE_ROWS]
    values = columns.by_name(len(mask))
    text = [
        [_cell(columns, name, value) for value in values[name][page_numbers - 1]] for name in names
    ]
    if notes:
        text.append([notes.get(number, "") for number in page_numbers.tolist()])
        names = (*names, COLUMN)
    cells = tuple(
        (f"#{number}", *(column[i] for column in text)) for i, number in enumerate(page_numbers)
    )
    numbers = tuple(int(number) for number in page_numbers)
    return TableInfo(names, numbers, cells, page, page_count, len(ordered), sort, descending)


def _cell(columns: RunColumns, name: str, value: np.generic) -> str:
    number = float(value)
    if name in columns.metrics:
        return metric_value_bare(name, None if math.isnan(number) else number)
    if name in FLAGS:
        return "yes" if number else ""
    if name == "cycle":
        return "warm start" if number == WARM_START_CYCLE else f"{number:.0f}"
    if name == "seconds":
        return f"{number:.2f} s"
    gene = next((gene for gene in columns.genes if gene.name == name), None)
    if gene is not None:
        return columns.gene_text(gene.index, number)
    return f"{number:g}"


def default_columns(columns: RunColumns, metrics: list[str]) -> list[str]:
    """The initial columns: metrics, cycle, front, flags and the most informative genes."""
    genes = [columns.genes[index].name for index in representative_genes(columns.space, _MAX_GENES)]
    flags = ["feasible"] if not columns.feasible[columns.ok].all() else []
    flags += ["extrapolated"] if columns.extrapolated.any() else []
    return [*metrics, "cycle", "front", *flags, *genes]


def row_notes(
    history: RunHistory, columns: RunColumns, names: Sequence[str], number: int
) -> tuple[str, ...]:
    """The notes below the cells of an evaluation in the columns `names`, empty for none."""
    evaluation = history.evaluations[number - 1]
    return tuple(
        source_note(evaluation, columns.metric(name)) if name in columns.metrics else ""
        for name in names
    )


def evaluations_table(
    history: RunHistory,
    columns: RunColumns,
    metrics: list[str],
    mask: npt.NDArray[np.bool_],
    selected: int | None,
    on_pick: Callable[[int], None],
    draw_tools: Callable[[], None] = lambda: None,
) -> None:
    """Draw the tools and one page of the rows in `mask`, `(n,)`; a click on a row selects it.

    `draw_tools` draws further tools beside them.
    """
    run, all_names = history.id, list(columns.by_name(len(mask)))
    notes = evaluation_notes(history)
    with st.container(horizontal=True, vertical_alignment="center", key="explore_table_tools"):
        names = _column_choice(columns, metrics, all_names)
        draw_tools()
        pager = st.container(horizontal=True, vertical_alignment="center", width="content")
    sort_parameter = url_parameters.text_parameter(SORT)
    sort = sort_parameter.removeprefix("-")
    sort = sort if sort in all_names or (notes and sort == COLUMN) else "number"
    descending = sort_parameter.startswith("-")
    find = requested_row(run)
    page = url_parameters.int_parameter(PAGE, 1, 10**6) or 1
    info = table_info(columns, mask, tuple(names), sort, descending, page, find, notes)
    if info.page != page:
        url_parameters.set_parameter(PAGE, info.page if info.page > 1 else None)
    with pager:
        _pager(info)
    if not info.numbers:
        st.caption("No evaluation matches. Change the filter above.")
        return
    titles = ["number", *info.names]
    order: Order = "descending" if info.descending else "ascending"
    texts = {*FLAGS, *columns.categories, COLUMN}
    table(
        [
            Column(
                _title(columns, name),
                numeric=i > 0 and name not in texts,
                name=name,
                order=order if name == info.sort else "",
            )
            for i, name in enumerate(titles)
        ],
        [
            Row(number, cells, notes=("", *row_notes(history, columns, info.names, number)))
            for number, cells in zip(info.numbers, info.cells, strict=True)
        ],
        name="evaluations",
        caption="Evaluations; pick a row to select it in every chart.",
        selected=selected,
        height=_HEIGHT,
        key=f"explore_rows_{run}",
        on_pick=on_pick,
        on_sort=_sort_by,
    )


def _title(columns: RunColumns, name: str) -> str:
    if name in columns.metrics:
        return column_title(columns.metric(name))
    gene = next((gene for gene in columns.genes if gene.name == name), None)
    return gene.label if gene else axis_label(columns, name)


def _sort_by(name: str) -> None:
    current = url_parameters.text_parameter(SORT)
    url_parameters.set_parameter(
        SORT, f"-{name}" if current == name or (not current and name == "number") else name
    )
    url_parameters.set_parameter(PAGE, None)


def _column_choice(columns: RunColumns, metrics: list[str], all_names: list[str]) -> list[str]:
    options = [name for name in all_names if name != "number"]
    with st.popover("Columns", icon=":material/view_column:", key="explore_columns"):
        names = st.multiselect(
            "Columns",
            options,
            default=default_columns(columns, metrics),
            format_func=lambda name: _title(columns, name),
            key="columns",
            bind="query-params",
        )
    return list(names)


def _pager(info: TableInfo) -> None:
    first = (info.page - 1) * PAGE_ROWS + 1
    last = first + len(info.numbers) - 1
    st.markdown(
        f"{first:,}–{last:,} of {info.match_count:,}" if info.numbers else "", width="content"
    )
    if info.page_count < 2:
        return
    st.button(
        "", key="explore_back", icon=":material/chevron_left:", help="Previous page",
        disabled=info.page == 1, on_click=lambda: url_parameters.set_parameter(PAGE, info.page - 1),
    )  # fmt: skip
    st.number_input(
        f"Page of {info.page_count}",
        min_value=1,
        max_value=info.page_count,
        value=info.page,
        key=f"explore_page_{info.page}_{info.page_count}",
        on_change=lambda: url_parameters.set_parameter(
            PAGE, int(st.session_state[f"explore_page_{info.page}_{info.page_count}"])
        ),
        label_visibility="collapsed",
        width=130,
        help=f"Page, of {info.page_count}",
    )
    st.markdown(f"of {info.page_count:,}", width="content")
    st.button(
        "", key="explore_next", icon=":material/chevron_right:", help="Next page",
        disabled=info.page == info.page_count,
        on_click=lambda: url_parameters.set_parameter(PAGE, info.page + 1),
    )  # fmt: skip
