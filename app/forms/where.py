"""On what the evaluations of a search run, and where its data comes from and goes to."""

import streamlit as st

from app.forms import search_form as form
from app.forms.cells import Cell, draw_cells
from app.forms.keys import key
from app.forms.measuring import measuring_section
from app.forms.number_field import number_field
from app.forms.sections_of_options import data_cells
from engine.errors import DynasError
from engine.metrics import metric
from engine.runs.published_csv import COLUMNS
from engine.supernets.base import Supernet
from engine.tasks.base import DataNames

_NUMBER = 1.2  # width of a cell


def where_section() -> None:
    """Workers, batch size, the data of the task, the results file, and how it is measured."""
    with st.container(border=True, key="new_section_where"):
        st.subheader("4 Where", anchor=False)
        supernet = _supernet()
        words = supernet.task.data_names if supernet else DataNames()
        data = data_cells(supernet) if supernet else []
        draw_cells([Cell(_NUMBER, _workers), Cell(_NUMBER, lambda: _batch_size(words)), *data])
        if alone := form.measured_alone():
            st.caption(f"{metric(alone[0]).label} is measured alone: one worker.")
        st.text_input(
            "Results file",
            key=key("results_csv_path"),
            persist_state="session",
            placeholder="None: results can be downloaded at any time",
            help="A CSV on the server that is written as the search goes, with the columns "
            f"{', '.join(COLUMNS)}, and one for each other metric but parameters.",
        )
        measuring_section()


def _supernet() -> Supernet | None:
    try:
        return form.chosen_supernet()
    except DynasError:
        return None


def _workers() -> None:
    number_field(
        "Workers",
        "workers",
        least=1,
        most=form.most_workers(),
        step=1,
        disabled=bool(form.measured_alone()),
        help="Processes on this machine that measure sub-networks side by side; each gets its "
        "share of the cores.",
    )


def _batch_size(words: DataNames) -> None:
    number_field(
        "Batch size",
        "batch_size",
        least=1,
        most=10_000,
        step=10,
        help=f"{words.items.capitalize()} at once when quality is measured. It changes the speed, "
        "not the result.",
    )
