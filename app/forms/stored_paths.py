"""Fills the form with the paths that the data folder stores for the selected supernet."""

import streamlit as st

from app.forms import option_owners, option_state
from app.forms import search_form as form
from app.forms.keys import key
from app.session import requirement_records
from engine.config import NASConfig
from engine.errors import DynasError
from engine.requirements import QualitySource

_FILLED_PATHS = "new_search_filled"
_REQUESTED_SOURCE = "new_search_chosen"


def request_source(supernet: str, source: QualitySource) -> None:
    """Select this supernet and source of quality when the form is drawn next."""
    st.session_state[_REQUESTED_SOURCE] = (supernet, source)


def request_ready_source(config: NASConfig) -> None:
    """Let a template that tells no source of quality, such as an import, have one that is ready.

    Nothing changes if that of `config` is ready, or none is.
    """
    name = config.dynas.supernet
    ready_sources = form.ready_sources(name)
    try:
        own = form.load_supernet(name).quality_source(config.settings)
    except DynasError:
        return  # the form says what is wrong with the supernet
    if ready_sources and own not in ready_sources:
        request_source(name, ready_sources[0])


def fill_paths(from_template: bool) -> None:
    """Put stored paths into the fields that the visitor has not edited.

    Values of a template are kept; its empty fields are filled if requirements are missing.
    """
    state = st.session_state
    requested = state.pop(_REQUESTED_SOURCE, None)
    if requested is not None:
        state[key("supernet")] = requested[0]
    name = str(state[key("supernet")])
    is_other_supernet = option_state.ensure_options(name)
    if requested is not None:
        _apply_source(name, requested[1])
    paths = _stored_paths(name)
    previous_name, previous_paths = state.get(_FILLED_PATHS, ("", {}))
    if from_template and requested is None:
        _fill_empty_fields(paths)
    else:
        for field, path in paths.items():
            if is_other_supernet or state[field] == previous_paths.get(field, ""):
                state[field] = path
        if name != previous_name and requested is None:
            _select_ready_source(name)
    state[_FILLED_PATHS] = (name, paths)
    if from_template:
        option_state.record_initial_values()


def _stored_paths(name: str) -> dict[str, str]:
    """The stored path of each path field, by session key; empty if none is stored."""
    try:
        paths = requirement_records().paths(form.load_supernet(name).requirements())
    except DynasError:
        return {}  # the form says what is wrong with the supernet
    fields = {option_owners.key_of(option): path for option, path in paths.items()}
    return {field: path for field, path in fields.items() if field in st.session_state}


def _fill_empty_fields(paths: dict[str, str]) -> None:
    state = st.session_state
    try:
        if not form.missing_requirements(state[key("supernet")], form.current_settings()):
            return
    except DynasError:
        return
    for field, path in paths.items():
        state[field] = state[field] or path


def _select_ready_source(name: str) -> None:
    """Select the first source of quality for which nothing is missing, if there is one."""
    ready_sources = form.ready_sources(name)
    if ready_sources and form.quality_source() not in ready_sources:
        _apply_source(name, ready_sources[0])


def _apply_source(name: str, source: QualitySource) -> None:
    try:
        option_state.choose_source(form.load_supernet(name), source)
    except DynasError:
        return  # the form says what is wrong with the supernet
