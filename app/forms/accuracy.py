"""Where the accuracy of an ImageNet supernet comes from, and the files that it needs."""

import streamlit as st

from app.formatting import plain
from app.forms import search_form as form
from app.forms.field_values import PUBLISHED
from app.forms.planned_sources import calibration_text
from app.forms.search_form import key

_NAMES = {"measured": "Measured on my images", PUBLISHED: "Published predictor, no images"}


def accuracy_fields() -> None:
    """The source of accuracy; with it the files to take in place of what is downloaded."""
    measured = st.session_state[key("accuracy_source")] == "measured"
    source, file = st.columns([0.4, 0.6])
    with source:
        st.selectbox(
            "Accuracy",
            form.accuracy_sources(),
            format_func=_NAMES.__getitem__,
            key=key("accuracy_source"),
            persist_state="session",
            help="*Measured* runs each sub-network with the official weights on the images of the "
            "data folder below. The *published predictor* tells ImageNet top-1 without weights or "
            "images; every number that comes from it says so.",
        )
    with file:
        if measured:
            st.text_input(
                "Weights file",
                key=key("weights_path"),
                persist_state="session",
                placeholder="The official weights, downloaded once",
                help="A checkpoint of this supernet that you have already.",
            )
        else:
            st.text_input(
                "Predictor file",
                key=key("predictor_path"),
                persist_state="session",
                placeholder="The published predictor, downloaded once",
                help="The file of the published predictor, if you have it already.",
            )
    if not measured:
        _calibration()
    if measured:
        st.slider(
            "Share of the validation images",
            min_value=0.01,
            max_value=1.0,
            step=0.01,
            key=key("test_fraction"),
            persist_state="session",
            help="Accuracy is measured on this share of the images of each class, the same for all "
            "sub-networks: less is faster and less exact.",
        )


def _calibration() -> None:
    """Whether the predictor is brought to the scale of measurements, and by which."""
    switch, file = st.columns([0.4, 0.6], vertical_alignment="center")
    with switch:
        wanted = st.toggle(
            "Calibrate the predictor",
            key=key("calibrate"),
            persist_state="session",
            help="The predictor reads some points above what ImageNet measures. A straight line, "
            "fitted to measured sub-networks, brings it to their scale. Both numbers are kept.",
        )
    with file:
        st.text_input(
            "Measured results",
            key=key("calibration_path"),
            persist_state="session",
            disabled=not wanted,
            placeholder="The published measurements, where there are any",
            help="A results CSV on the server with measured top-1 accuracies of this supernet, at "
            "least ten different ones: the line is then fitted to them.",
        )
    st.caption(f":material/info: {plain(calibration_text())}")
