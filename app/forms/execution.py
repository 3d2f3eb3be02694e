"""The execution section of the form: workers, batch size, data and the results file."""

import streamlit as st

from app.forms import search_form as form
from app.forms.cells import Cell, draw_cells
from app.forms.keys import key
from app.forms.measurement import measurement_section
from app.forms.number_field import number_field
from app.forms.option_sections import data_cells
from engine.errors import DynasError
from engine.metrics import metric
from engine.runs.published_csv import COLUMNS
from engine.supernets.base import Supernet
from engine.tasks.base import DataNames

_FIELD_WIDTH = 1.2  # width of a cell


def execution_section() -> None:
    """Draw workers, batch size, data of the task, results file and measurement settings."""
    with st.container(border=True, key="new_section_where"):
        st.subheader("4 Where", anchor=False)
        supernet = _supernet()
        data_names = supernet.task.data_names if supernet else DataNames()
        path_cells = data_cells(supernet) if supernet else []
        draw_cells(
            [
                Cell(_FIELD_WIDTH, _workers),
                Cell(_FIELD_WIDTH, lambda: _batch_size(data_names)),
                *path_cells,
            ]
        )
        if exclusive := form.exclusive_metrics():
            st.caption(f"{metric(exclusive[0]).label} is measured alone: one worker.")
        st.text_input(
            "Results file",
            key=key("results_csv_path"),
            persist_state="session",
            placeholder="None: results can be downloaded at any time",
            help="A CSV on the server that is written during the search, with the columns "
            f"{', '.join(COLUMNS)}, and one for each other metric but parameters.",
        )
        measurement_section()


def _supernet() -> Supernet | None:
    try:
        return form.selected_supernet()
    except DynasError:
        return None


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
