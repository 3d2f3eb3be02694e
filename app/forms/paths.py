"""The supernet of the form and the paths that the data folder remembers for it."""

import streamlit as st

from app.forms import option_state
from app.forms import search_form as form
from app.forms.keys import key
from app.session import remembered
from engine.errors import DynasError
from engine.requirements import QualitySource

_FILLED = "new_search_filled"
_CHOSEN = "new_search_chosen"


def choose(supernet: str, source: QualitySource) -> None:
    """Let the form show this supernet and source of quality when it is drawn next."""
    st.session_state[_CHOSEN] = (supernet, source)


def settle(templated: bool) -> None:
    """Put remembered paths into the fields that nobody has edited.

    What a template says stands; where it says nothing and something is missing, paths are filled.
    """
    state = st.session_state
    chosen = state.pop(_CHOSEN, None)
    if chosen is not None:
        state[key("supernet")] = chosen[0]
    name = str(state[key("supernet")])
    changed = option_state.settle(name)
    if chosen is not None:
        _take(name, chosen[1])
    paths = _remembered(name)
    filled_name, filled = state.get(_FILLED, ("", {}))
    if templated and chosen is None:
        _complete(paths)
    else:
        for field, path in paths.items():
            if changed or state[field] == filled.get(field, ""):
                state[field] = path
        if name != filled_name and chosen is None:
            _prefer_what_is_there(name)
    state[_FILLED] = (name, paths)
    if templated:
        option_state.note_filled()


def _remembered(name: str) -> dict[str, str]:
    """The path for each field that takes one, by its session key; empty if none was given."""
    try:
        known = remembered().paths(form.supernet_of(name).requirements())
    except DynasError:
        return {}  # the form says what is wrong with the supernet
    fields = {option_state.key_of(option): path for option, path in known.items()}
    return {field: path for field, path in fields.items() if field in st.session_state}


def _complete(paths: dict[str, str]) -> None:
    state = st.session_state
    try:
        if not form.missing(state[key("supernet")], form.settings_now()):
            return
    except DynasError:
        return
    for field, path in paths.items():
        state[field] = state[field] or path


def _prefer_what_is_there(name: str) -> None:
    """The first source of quality for which nothing is missing; the one chosen if none is."""
    ready = form.ready_sources(name)
    if ready and form.quality_source() not in ready:
        _take(name, ready[0])


def _take(name: str, source: QualitySource) -> None:
    try:
        option_state.choose_source(form.supernet_of(name), source)
    except DynasError:
        return  # the form says what is wrong with the supernet
