"""The supernet of the form and the paths that the data folder remembers for it."""

import streamlit as st

from app.forms import search_form as form
from app.forms.search_form import key
from app.session import remembered
from engine.errors import DynasError
from engine.requirements import QualitySource

FIELDS = ("weights_path", "dataset_path", "predictor_path")
_FILLED = "new_search_filled"
_CHOSEN = "new_search_chosen"


def choose(supernet: str, source: QualitySource) -> None:
    """Let the form show this supernet and source of accuracy when it is drawn next."""
    st.session_state[_CHOSEN] = (supernet, source)


def settle(templated: bool) -> None:
    """Put remembered paths into the fields that nobody has edited.

    What a template says stands; where it says nothing and something is missing, paths are filled.
    """
    state = st.session_state
    chosen = state.pop(_CHOSEN, None)
    if chosen is not None:
        state[key("supernet")], state[key("accuracy_source")] = chosen
    name = str(state[key("supernet")])
    paths = _remembered(name)
    filled_name, filled = state.get(_FILLED, ("", {}))
    changed = name != filled_name
    if templated and chosen is None:
        _complete(paths)
    else:
        for field in FIELDS:
            if changed or state[key(field)] == filled.get(field, ""):
                state[key(field)] = paths.get(field, "")
        if changed and chosen is None:
            _prefer_what_is_there(name)
    state[_FILLED] = (name, paths)


def _remembered(name: str) -> dict[str, str]:
    try:
        known = remembered().paths(form.supernet_of(name).requirements())
        return {option.rpartition(".")[2]: path for option, path in known.items()}
    except DynasError:
        return {}  # the form says what is wrong with the supernet


def _complete(paths: dict[str, str]) -> None:
    state = st.session_state
    try:
        if not form.missing(state[key("supernet")], form.settings_now()):
            return
    except DynasError:
        return
    for field in FIELDS:
        state[key(field)] = state[key(field)] or paths.get(field, "")


def _prefer_what_is_there(name: str) -> None:
    """The first source of accuracy for which nothing is missing; the one chosen if none is."""
    ready = form.ready_sources(name)
    if ready and st.session_state[key("accuracy_source")] not in ready:
        st.session_state[key("accuracy_source")] = ready[0]
