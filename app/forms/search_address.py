"""The query parameters of New search: supernet, goal, objectives, and constraints beside the goal.

A copied address gives a form with the same of these. It is empty while the form has the defaults.
"""

from collections.abc import Mapping, Sequence

import streamlit as st

from app.decide.url_parameters import BEST, LIMITS, by_metric, by_metric_text, goal_note
from app.forms import goal_fields
from app.forms import search_form as form
from app.forms.keys import key
from app.url_parameters import set_parameter, text_parameter
from engine.config import NASConfig
from engine.quoting import quoted

SUPERNET, OBJECTIVES, CONSTRAINTS = "supernet", "objectives", "constraints"

_READ, _NOTES = "new_search_address_read", "new_search_address_notes"
_QUOTE = 60  # characters of a value that is not applied


def read_supernet(is_filled: bool) -> None:
    """Select the supernet of the address, once for each visit; call it before options are filled.

    A form that is filled from a template already keeps to that.
    """
    name = text_parameter(SUPERNET)
    if is_filled or not name or _READ in st.session_state:
        return
    if name in form.supernet_names():
        st.session_state[key("supernet")] = name
    else:
        _add_note(
            f"The address has {quoted(f'{SUPERNET}={name}', _QUOTE)}, which is not applied: no "
            "supernet of that name is installed."
        )


def read_goal(is_filled: bool) -> None:
    """Take goal, objectives and constraints of the address into the form, once for each visit.

    Call it before any field, and after the options of the supernet were filled.
    """
    state = st.session_state
    if _READ in state:
        return
    state[_READ] = True
    best, limits = text_parameter(BEST), text_parameter(LIMITS)
    if is_filled:
        return
    available = form.available_metrics()
    if note := goal_note(best, limits, available):
        _add_note(note)
    _read_objectives(text_parameter(OBJECTIVES), available)
    if constraints := text_parameter(CONSTRAINTS):
        state[key("constraints")] = form.canonical_constraints([constraints])
    if best in available:
        goal_fields.choose_best(best)
    for name, limit in by_metric(limits, available).items():
        goal_fields.store_limit(name, limit)


def _read_objectives(text: str, available: Sequence[str]) -> None:
    names = list(dict.fromkeys(filter(None, text.split(","))))
    known = [name for name in names if name in available][: goal_fields.MOST_OBJECTIVES]
    if ignored := [name for name in names if name not in known]:
        text = quoted(f"{OBJECTIVES}={','.join(ignored)}", _QUOTE)
        _add_note(
            f"The address has {text}, which is not applied. Choose one to "
            f"{goal_fields.MOST_OBJECTIVES} of {', '.join(available)}."
        )
    if known:
        st.session_state[key("metrics")] = known


def _add_note(sentence: str) -> None:
    st.session_state[_NOTES] = (*notes(), sentence)


def notes() -> tuple[str, ...]:
    """A sentence on each part of the address that is not applied."""
    found: tuple[str, ...] = st.session_state.get(_NOTES, ())
    return found


def write() -> None:
    """Keep the form in the address; call it after conflicts in the form were resolved."""
    state, defaults = st.session_state, NASConfig().dynas
    best, objectives = goal_fields.best_metric(), list(state[key("metrics")] or [])
    limits = {name: c.limit for name, c in goal_fields.limits().items() if not c.strict}
    values = {
        BEST: best if limits or best != form.available_metrics()[0] else "",
        LIMITS: by_metric_text(limits),
        SUPERNET: "" if state[key("supernet")] == defaults.supernet else state[key("supernet")],
        CONSTRAINTS: _other_constraints(limits),
    }
    is_changed = any(values.values()) or set(objectives) != set(defaults.metrics)
    for name, text in values.items():
        set_parameter(name, text)
    set_parameter(OBJECTIVES, ",".join(objectives) if is_changed else "")


def current() -> dict[str, str]:
    """The parameters of this page that the address has."""
    names = (BEST, LIMITS, SUPERNET, CONSTRAINTS, OBJECTIVES)
    return {name: text for name in names if (text := text_parameter(name))}


def _other_constraints(limits: Mapping[str, float]) -> str:
    """The readable constraints of the form that are not `limits` of its goal."""
    others = [
        str(c)
        for c in form.readable_constraints()
        if not (c.allows_better and not c.strict and limits.get(c.metric.name) == c.limit)
    ]
    return " and ".join(dict.fromkeys(others))
