"""How the numbers of the search that the form stands for are going to come about."""

from collections.abc import Mapping

import streamlit as st

from app.forms import search_form as form
from app.forms.field_values import PUBLISHED, calibrates, kept_calibration
from app.forms.search_form import key
from engine.errors import DynasError
from engine.meters import registry as meters
from engine.metrics import Metric
from engine.sources import BY_IMPORTED, as_shown, predicted
from engine.supernets.base import EvaluationSettings


def shown(name: str) -> Metric:
    """A metric as it is labelled in the search that the form stands for."""
    planned = _planned().get(name)
    return as_shown(name, [planned] if planned else [])


def _planned() -> Mapping[str, str]:
    """Where each metric's numbers will come from; empty where nothing tells."""
    state = st.session_state
    settings = EvaluationSettings(
        accuracy_source=state[key("accuracy_source")],
        latency_table=state[key("latency_table")].strip() or None,
        predictor_path=state[key("predictor_path")].strip() or None,
        calibrate=bool(state[key("calibrate")]),
        calibration=kept_calibration(form.values_now()),
    )
    try:
        found = meters.sources(form.supernet_of(state[key("supernet")]), settings)
    except DynasError:
        return {}
    if calibrates(form.values_now()) and state[key("calibration_path")].strip():
        return {n: BY_IMPORTED if predicted(source) else source for n, source in found.items()}
    return found


def calibration_text() -> str:
    """What becomes of the predictor's numbers as the form stands."""
    state = st.session_state
    own = state[key("calibration_path")].strip()
    if state[key("calibrate")] and own:
        return f"The line is fitted to the measured sub-networks in {own} when the search starts."
    settings = EvaluationSettings(
        accuracy_source=PUBLISHED,
        predictor_path=state[key("predictor_path")].strip() or None,
        calibrate=bool(state[key("calibrate")]),
        calibration=kept_calibration(form.values_now()),
    )
    try:
        return form.supernet_of(state[key("supernet")]).describe_data(settings)
    except DynasError as error:
        return str(error)
