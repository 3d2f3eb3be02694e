"""The sub-network that was clicked in the chart of fronts: its metrics, and a link to its page."""

from collections.abc import Sequence

import streamlit as st

from app import navigation, url_parameters
from app.display_names import name_markdown
from app.formatting import escape_markdown
from engine.analysis.comparison.series import Series
from engine.analysis.number_text import metric_value
from engine.evaluation.record import Evaluation
from engine.runs.history import RunHistory

_POINT = "point"


def point_text(run: str, number: int) -> str:
    """The text that names a sub-network in the URL."""
    return f"{run}.{number}"


def point_from(text: str, histories: Sequence[RunHistory]) -> tuple[RunHistory, Evaluation] | None:
    """The sub-network that `text` names; None if it is not of these runs."""
    run, _, number = text.rpartition(".")
    history = next((history for history in histories if history.id == run), None)
    if history is None or not (number.isascii() and number.isdigit() and len(number) < 12):
        return None
    if not 1 <= int(number) <= len(history.evaluations):
        return None
    return history, history.evaluations[int(number) - 1]


def select(run: str, number: int) -> None:
    """Write the clicked point into the URL."""
    url_parameters.set_parameter(_POINT, point_text(run, number))


def selected_point(all_series: Sequence[Series]) -> tuple[RunHistory, Evaluation] | None:
    """The sub-network that the URL names; None if its run is not compared."""
    return point_from(
        url_parameters.text_parameter(_POINT),
        [h for series in all_series for h in series.histories],
    )


def selected_panel(selected: tuple[RunHistory, Evaluation] | None) -> None:
    """Draw one line: the sub-network, its run, its metrics, and a link to its page."""
    with st.container(key="compare_selected"):
        if selected is None:
            st.caption("Click a point to see its sub-network.")
            return
        history, evaluation = selected
        values = " · ".join(
            metric_value(n, v, evaluation.sources.get(n, "")) for n, v in evaluation.metrics.items()
        )
        button_column, text_column = st.columns([1, 4], vertical_alignment="center", gap="small")
        if button_column.button("Open", key="compare_open", icon=":material/open_in_new:"):
            navigation.open_subnetwork(history.id, evaluation.number)
        text_column.markdown(
            f"**#{evaluation.number}** of {name_markdown(history.name)} · {escape_markdown(values)}"
        )
