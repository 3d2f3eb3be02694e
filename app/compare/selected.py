"""The sub-network whose point was clicked in the overlaid fronts: its numbers, and its page."""

from collections.abc import Sequence

import streamlit as st

from app import address, navigation
from app.formatting import plain
from app.names import named
from engine.analysis.comparison.series import Series
from engine.analysis.number_text import metric_value
from engine.evaluation.record import Evaluation
from engine.runs.history import RunHistory

_POINT = "point"


def point_text(run: str, number: int) -> str:
    """A sub-network as the address holds it."""
    return f"{run}.{number}"


def point_from(text: str, histories: Sequence[RunHistory]) -> tuple[RunHistory, Evaluation] | None:
    """The sub-network that `point_text` wrote, if it is one of these runs; else None."""
    run, _, number = text.rpartition(".")
    history = next((history for history in histories if history.id == run), None)
    if history is None or not (number.isascii() and number.isdigit() and len(number) < 12):
        return None
    if not 1 <= int(number) <= len(history.evaluations):
        return None
    return history, history.evaluations[int(number) - 1]


def select(run: str, number: int) -> None:
    """Remember which point was clicked."""
    address.put(_POINT, point_text(run, number))


def selected_point(series: Sequence[Series]) -> tuple[RunHistory, Evaluation] | None:
    """The sub-network that the address names, if its run is one of those compared."""
    return point_from(address.word(_POINT), [h for one in series for h in one.histories])


def selected_line(found: tuple[RunHistory, Evaluation] | None) -> None:
    """One line: which sub-network of which run, its metrics, and the way to its page."""
    with st.container(key="compare_selected"):
        if found is None:
            st.caption("Click a point to see its sub-network.")
            return
        history, evaluation = found
        values = " · ".join(
            metric_value(n, v, evaluation.sources.get(n, "")) for n, v in evaluation.metrics.items()
        )
        way, what = st.columns([1, 4], vertical_alignment="center", gap="small")
        if way.button("Open", key="compare_open", icon=":material/open_in_new:"):
            navigation.open_subnetwork(history.id, evaluation.number)
        what.markdown(f"**#{evaluation.number}** of {named(history.name)} · {plain(values)}")
