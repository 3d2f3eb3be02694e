"""The draft of a search: what was filled into the form survives a reload and a restart."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import streamlit as st

from app.browser_cookie import browser_name
from app.forms import search_address
from app.forms import search_form as form
from app.forms.draft_files import DraftFiles
from app.forms.field_values import config_data, form_values
from app.forms.keys import key
from engine import data_dir
from engine.config import NASConfig
from engine.errors import DynasError

_KNOWN = "new_search_draft"  # the state of the form that needs no writing
_FIELDS, _ADDRESS, _OTHERS = "fields", "address", "others"
_OTHER_KEYS = ("name", "goal_best", "goal_shown", "goal_added")


def restore() -> None:
    """Fill the form with the draft of this browser; call it before the form is filled.

    Once for each visit, unless a template is to fill the form, or the address describes another
    search than the draft.
    """
    if form.is_begun():
        return
    name = browser_name()
    draft = _files().read(name) if name else None
    if draft is None or search_address.current() not in ({}, draft.get(_ADDRESS)):
        return
    if (fields := usable_fields(draft.get(_FIELDS))) is None:
        return
    form.fill_next(fields)
    others = draft.get(_OTHERS)
    for field in _OTHER_KEYS:
        if isinstance(others, dict) and isinstance(value := others.get(field), str | list):
            st.session_state[key(field)] = tuple(value) if isinstance(value, list) else value


def usable_fields(fields: object) -> dict[str, Any] | None:
    """The fields of a draft with defaults for missing ones; None if no search can have them.

    A draft may be one of another version, and its constraints may be unfinished.
    """
    defaults = form_values(NASConfig())
    if not isinstance(fields, dict):
        return None
    known = {**defaults, **{name: fields[name] for name in defaults if name in fields}}
    for candidate in (known, {**known, "constraints": []}):
        with suppress(DynasError, TypeError, ValueError, AttributeError, LookupError):
            NASConfig.from_dict(config_data(candidate))
            return known
    return None


def save() -> None:
    """Keep the form for this browser if it has changed; call it when the form was drawn."""
    draft = _current()
    known = st.session_state.setdefault(_KNOWN, draft)
    if draft != known and (name := browser_name()):
        _files().write(name, draft)
        st.session_state[_KNOWN] = draft


def forget() -> None:
    """Remove the draft: its search has begun, or the form was emptied."""
    if name := browser_name():
        _files().remove(name)
    st.session_state.pop(_KNOWN, None)


def reset() -> None:
    """Fill the form with the defaults when it is drawn next."""
    forget()
    form.fill_next(form_values(NASConfig()))
    form.clear_name()
    for field in ("goal_best", "goal_shown", "goal_added"):
        st.session_state.pop(key(field), None)


def _current() -> Mapping[str, Any]:
    state = st.session_state
    others = {field: state.get(key(field)) for field in _OTHER_KEYS}
    return {
        _FIELDS: form.current_values(),
        _ADDRESS: search_address.current(),
        _OTHERS: {name: list(v) if isinstance(v, tuple) else v for name, v in others.items()},
    }


def _files() -> DraftFiles:
    return DraftFiles(data_dir.current().drafts)
