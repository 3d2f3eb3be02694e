"""Sliders for the weights of the objectives; the URL holds their values."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from app.decide.url_parameters import WEIGHTS, by_metric, by_metric_text
from app.decide.widget_values import widget_key, widget_value
from app.formatting import escape_markdown
from app.url_parameters import set_parameter, text_parameter
from engine.metrics import Metric
from engine.pareto.decision_making import normalised_weights

MAX_WEIGHT, DEFAULT_WEIGHT = 10, 5


def address_weights(objectives: Sequence[Metric]) -> dict[str, float]:
    """The weights in the URL by objective, even ones without."""
    given = by_metric(text_parameter(WEIGHTS), [objective.name for objective in objectives])
    return {
        o.name: float(np.clip(round(given.get(o.name, DEFAULT_WEIGHT)), 0, MAX_WEIGHT))
        for o in objectives
    }


def weight_sliders(run: str, objectives: Sequence[Metric], weights: dict[str, float]) -> None:
    """Draw a slider for the weight of each objective."""
    shares = normalised_weights(np.array(list(weights.values())))
    st.markdown(
        "**Weights** · how much each objective counts",
        help="Values are compared as shares of their range over what remains of the front.",
    )
    for column, objective, share in zip(
        st.columns(len(objectives), gap="medium"), objectives, shares, strict=True
    ):
        slider = f"decide_weight_{run}_{objective.name}"
        column.slider(
            f"{escape_markdown(objective.label)}: {share:.0%}".replace("%", " %"),
            0,
            MAX_WEIGHT,
            key=widget_key(slider, int(weights[objective.name])),
            on_change=_weight_moved,
            args=(objective.name, slider, weights),
        )
    if text_parameter(WEIGHTS):
        st.button(
            "Even weights",
            key="decide_even_weights",
            icon=":material/restart_alt:",
            type="tertiary",
            on_click=set_parameter,
            args=(WEIGHTS, None),
        )


def _weight_moved(name: str, slider: str, weights: dict[str, float]) -> None:
    new_weights = {**weights, name: float(widget_value(slider))}
    are_default = all(weight == DEFAULT_WEIGHT for weight in new_weights.values())
    set_parameter(WEIGHTS, "" if are_default else by_metric_text(new_weights))
