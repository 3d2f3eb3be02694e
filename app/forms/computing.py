"""The approach that measures nothing, in the New search form: offered where it is possible."""

import streamlit as st

from app.formatting import duration
from app.forms import search_form as form
from app.forms.keys import key
from engine.errors import DynasError
from engine.meters.computed_metrics import measured_metrics
from engine.runs.times.forecast import COMPUTED
from engine.search_methods import APPROACHES

(_COMPUTING,) = (approach for approach in APPROACHES.values() if approach.computes)


def is_selected() -> bool:
    """Whether the selected approach measures nothing."""
    return APPROACHES[st.session_state[key("approach")]].computes


def is_possible() -> bool:
    """Whether every requested metric can be computed, so that no search has to measure."""
    try:
        supernet, settings = form.selected_supernet(), form.evaluation_settings()
        metrics = form.requested_metrics()
        has_objectives = bool(st.session_state[key("metrics")])
        return has_objectives and not measured_metrics(metrics, supernet, settings)
    except DynasError:
        return False


def offered_approaches() -> list[str]:
    """The approaches to choose from; the one that measures nothing first, where it is possible."""
    others = [name for name in APPROACHES if name != _COMPUTING.name]
    return [_COMPUTING.name, *others] if is_selected() or is_possible() else others


def offer() -> None:
    """Draw the offer to compute the front, where that is possible and not selected."""
    if is_selected() or not is_possible():
        return
    seconds = duration(_COMPUTING.budget * COMPUTED)
    with st.container(border=True, key="new_offer"):
        st.markdown(
            f":material/bolt: **All of it can be computed: a near-true front in about {seconds}.** "
            "Every objective and limit follows from the configuration, so that nothing has to be "
            "measured. The other approaches have a budget: where quality is predicted, they take "
            "it for a measurement, and show what so few would find."
        )
        st.button(
            "Compute the front",
            key="new_compute",
            type="primary",
            icon=":material/bolt:",
            on_click=_select,
        )


def _select() -> None:
    st.session_state[key("approach")] = _COMPUTING.name
