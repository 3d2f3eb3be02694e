"""The execution section of the form: where to run, batch size, data and the results file."""

import streamlit as st

from app.formatting import escape_markdown
from app.forms import search_form as form
from app.forms.cells import Cell, draw_cells
from app.forms.cluster_section import cluster_cells, cluster_panel, place_field
from app.forms.keys import HERE, key
from app.forms.measurement import measurement_section
from app.forms.number_field import number_field
from app.forms.option_sections import data_cells
from engine.errors import DynasError
from engine.metrics import metric
from engine.results_formats import RESULTS_FORMATS
from engine.supernets.base import Supernet
from engine.tasks.base import DataNames

_FIELD_WIDTH = 1.2  # width of a cell
_PATH_WIDTH, _FORMAT_WIDTH = 2.8, 2.2


def execution_section() -> None:
    """Draw the place, workers, batch size, data of the task, results file and measurement."""
    with st.container(border=True, key="new_section_where"):
        st.subheader("4 Where", anchor=False)
        supernet = _supernet()
        data_names = supernet.task.data_names if supernet else DataNames()
        path_cells = data_cells(supernet) if supernet else []
        place_field()
        is_here = st.session_state[key("place")] == HERE
        place_cells = [Cell(_FIELD_WIDTH, _workers)] if is_here else cluster_cells()
        batch_cell = Cell(_FIELD_WIDTH, lambda: _batch_size(data_names))
        draw_cells([*place_cells, batch_cell, *(path_cells if is_here else [])])
        if exclusive := form.exclusive_metrics():
            where = "one worker" if is_here else "no other measurement runs on its machine"
            st.caption(f"{metric(exclusive[0]).label} is measured alone: {where}.")
        if not is_here:
            cluster_panel()
            draw_cells(path_cells)
        draw_cells([Cell(_PATH_WIDTH, _results_path), Cell(_FORMAT_WIDTH, _results_format)])
        measurement_section()


def _supernet() -> Supernet | None:
    try:
        return form.selected_supernet()
    except DynasError:
        return None


def _results_path() -> None:
    st.text_input(
        "Results file",
        key=key("results_csv_path"),
        persist_state="session",
        placeholder="None: results can be downloaded at any time",
        help="A CSV on the server that is written during the search.",
    )


def _results_format() -> None:
    published = "; ".join(
        f"*{escape_markdown(one.label)}*: {escape_markdown(', '.join(one.headings))}"
        for one in RESULTS_FORMATS.values()
        if not one.has_every_metric
    )
    st.selectbox(
        "Format of the results file",
        list(RESULTS_FORMATS),
        format_func=lambda name: RESULTS_FORMATS[name].label,
        key=key("results_csv_format"),
        persist_state="session",
        disabled=not st.session_state[key("results_csv_path")].strip(),
        help=f"{published}. The full format has each metric of the search with its source, and "
        "rows for failed evaluations.",
    )


def _workers() -> None:
    number_field(
        "Workers",
        "workers",
        minimum=1,
        maximum=form.max_workers(),
        step=1,
        disabled=bool(form.exclusive_metrics()),
        help="Processes on this machine that measure sub-networks in parallel; they share the "
        "cores.",
    )


def _batch_size(data_names: DataNames) -> None:
    number_field(
        "Batch size",
        "batch_size",
        minimum=1,
        maximum=10_000,
        step=10,
        help=f"{data_names.items.capitalize()} at once when quality is measured. It changes the "
        "speed, not the result.",
    )
