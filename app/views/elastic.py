"""Make a network elastic: from a user's network to a supernet that can be searched."""

from typing import Any

import streamlit as st
from pydantic import ValidationError

from app import navigation
from app.documentation.links import documentation_url
from app.elastic import request_fields
from app.elastic.checking import is_checking, last_check, result_of, start_check
from app.elastic.field_words import in_words_of_fields
from app.elastic.findings import draw_details, draw_findings, gene_table
from app.elastic.training_list import training_rows
from app.elastic.training_panel import training_page
from app.elastic.training_start import start_fields
from app.elastic.way_choice import choose_way
from app.formatting import escape_markdown
from app.session import show_errors
from app.url_parameters import text_parameter
from engine.errors import ConfigError
from engine.setting_errors import error_sentences
from engine.supernets.elastic.model_source import ModelSource
from engine.training.elastic.check_result import Check
from engine.training.elastic.request import TrainingRequest

_TRAINING = "training"  # in the address
_CHECKED_NAME = "check"  # of a request that trains nothing yet
_NO_DATA = (
    ":material/info: **No data to train with.** Give a folder of images, or define `make_task()` "
    "in the file of the network, and check again."
)


def render() -> None:
    """Draw the page: one training if the address names it, else the steps towards one."""
    training = text_parameter(_TRAINING)
    _title(bool(training))
    if training:
        training_page(training)
        return
    st.caption(
        "Bring a PyTorch network that you have trained, and your data. The network is cut into "
        "many smaller ones that share its weights; a search then finds the best of every size."
    )
    wanted = _network_and_data()
    last = last_check(wanted)
    if last is not None:
        _results(last, wanted)
    training_rows()


def _title(is_training: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="elastic_title"):
        st.title("Make a network elastic", anchor=False)
        if is_training and st.button(
            "Another network", key="elastic_another", icon=":material/add:"
        ):
            navigation.open_elastic()
        if st.button("Supernets & data", key="elastic_back", icon=":material/database:"):
            navigation.open_supernets()
        st.link_button(
            "Guide", documentation_url("any network"), key="elastic_guide",
            icon=":material/help:", type="tertiary",
            help="What bends, how long it takes, and when not to use it, in another tab",
        )  # fmt: skip


def _network_and_data() -> TrainingRequest | None:
    """Draw the first two steps and the button; returns what is asked for, None if incomplete."""
    request = None
    with show_errors():
        left, right = st.columns(2, gap="small")
        with left, st.container(border=True, key="elastic_step_network", height="stretch"):
            st.markdown("**1 Network**")
            model = request_fields.model_text()
        with right, st.container(border=True, key="elastic_step_data", height="stretch"):
            st.markdown("**2 Data**")
            fields = request_fields.data_fields(model)
        fields |= request_fields.more_fields()
        settings = request_fields.bending_settings()
        if model:
            source = ModelSource.read(model)
            request = _request({**fields, "model": source.text, "settings": settings})
    with st.container(horizontal=True, vertical_alignment="center", key="elastic_check_row"):
        if st.button(
            "Check", key="elastic_check", type="primary", icon=":material/fact_check:",
            disabled=request is None or is_checking(request),
        ) and request is not None:  # fmt: skip
            start_check(request)
        st.caption(
            "Says what can bend and what cannot, tests it, and times a step. Nothing is trained "
            "or written."
            if model
            else "Name a network first."
        )
    return request


def _request(fields: dict[str, Any]) -> TrainingRequest:
    try:
        return TrainingRequest.model_validate({**fields, "way": "train", "name": _CHECKED_NAME})
    except ValidationError as error:
        raise ConfigError(error_sentences(error, TrainingRequest)) from error


def _results(last: TrainingRequest, wanted: TrainingRequest | None) -> None:
    """Draw what the last check has found, and the way from there to a training."""
    with st.container(border=True, key="elastic_step_check"):
        st.markdown("**3 What bends**")
        checked = result_of(last)
        if checked is None:
            return
        draw_findings(checked)
        edited = _edited(last, checked)
        draw_details(checked)
    if checked.costs is None:
        st.caption(_NO_DATA)
        return
    with st.container(border=True, key="elastic_step_train"):
        st.markdown("**4 Training**")
        sentences = (checked.costs.sentence, *checked.costs.remarks)
        st.caption("  \n".join(escape_markdown(in_words_of_fields(text)) for text in sentences))
        way, sizes = choose_way(checked.costs)
        is_stale = edited != last or (wanted is not None and _differ(last, wanted))
        start_fields(last, way, sizes, is_stale)


def _edited(last: TrainingRequest, checked: Check) -> TrainingRequest:
    """Draw the table of genes; returns the request with what was edited in it."""
    edited = last
    with show_errors():
        settings = gene_table(checked, last.settings, str(hash(last.identity)))
        edited = _request({**last.model_dump(), "settings": settings})
        if edited.settings == last.settings:
            return last
        if st.button(
            "Check again with these choices", key="elastic_check_again",
            icon=":material/fact_check:", type="primary",
        ):  # fmt: skip
            start_check(edited)
    return edited


def _differ(last: TrainingRequest, wanted: TrainingRequest) -> bool:
    """Whether the fields ask for something else than was checked, choices of genes aside."""
    own = {"rigid", "choices"}

    def without(request: TrainingRequest) -> TrainingRequest:
        settings = {name: v for name, v in request.settings.items() if name not in own}
        return request.model_copy(update={"settings": settings})

    return without(last) != without(wanted)
