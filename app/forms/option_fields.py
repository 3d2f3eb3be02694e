"""Fields of the New search form that follow from a model of options, whoever declares it."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import streamlit as st

from app.formatting import plain
from app.forms.cells import Cell
from app.forms.option_state import Owner, with_effect
from engine.analysis.name_text import on_one_line
from engine.options import Kind, OptionField, fields

WIDTHS: dict[Kind, float] = {
    "path": 2.6, "text": 2.6, "choice": 2.0, "boolean": 2.0, "whole number": 1.2, "number": 1.2,
}  # fmt: skip
_LARGEST = 2**53 - 1  # of the whole numbers that a browser has
_WIDE = 5.0  # a slider has a row of its own
_TRUTHS = {True: "Yes", False: "No"}


@dataclass(frozen=True)
class _Field:
    """An option to be drawn: the session key of its field, and what it says when it is empty."""

    option: OptionField
    key: str
    hint: str
    disabled: bool

    @property
    def common(self) -> dict[str, Any]:
        """What every field of Streamlit is given."""
        return {
            "key": self.key,
            "persist_state": "session",
            "help": self.option.help or None,
            "disabled": self.disabled,
        }


def option_cells(owner: Owner, some: Sequence[OptionField] | None = None) -> list[Cell]:
    """The fields of an owner's options, or of some of them.

    An option that matters only with another choice is left out; one that a switch beside it turns
    off is disabled.
    """
    working, known = with_effect(owner), {f.name: f for f in fields(owner.model)}
    found = []
    for option in owner.drawn if some is None else some:
        off = option.name not in working
        if not off or _by_switch(option, known, working):
            draw = partial(draw_option, owner, option, disabled=off)
            wide = _slides(option, owner.key(option.name))
            found.append(Cell(_WIDE if wide else WIDTHS[option.kind], draw))
    return found


def _by_switch(option: OptionField, known: dict[str, OptionField], working: set[str]) -> bool:
    other = known.get(option.when[0]) if option.when else None
    return other is not None and other.kind == "boolean" and other.name in working


def draw_option(owner: Owner, option: OptionField, disabled: bool = False, hint: str = "") -> None:
    """Draw the field of one option; `hint` stands in it in place of its own when it is empty."""
    field = _Field(option, owner.key(option.name), hint or option.hint, disabled)
    _DRAW[option.kind](field)


def _text(field: _Field) -> None:
    st.text_input(plain(field.option.label), placeholder=field.hint, **field.common)


def _boolean(field: _Field) -> None:
    if field.option.optional:
        _select(field, _TRUTHS)
    else:
        st.toggle(plain(field.option.label), **field.common)


def _choice(field: _Field) -> None:
    _select(field, dict(zip(field.option.choices, field.option.choice_labels, strict=True)))


def _select(field: _Field, labels: Mapping[Any, str]) -> None:
    st.selectbox(
        plain(field.option.label),
        list(labels),
        index=None if field.option.optional else 0,
        format_func=lambda choice: on_one_line(labels[choice]),
        placeholder=field.hint or "Not set",
        **field.common,
    )


def _number(field: _Field) -> None:
    option, whole = field.option, field.option.kind == "whole number"
    low, high = _bound(option.lowest, whole), _bound(option.highest, whole)
    step = _step(option.step, whole)
    if _slides(option, field.key) and low is not None:
        first = low if option.lowest_included else low + step
        st.slider(plain(option.label), min_value=first, max_value=high, step=step, **field.common)
        return
    start: Literal["min"] | None = None if option.optional else "min"
    st.number_input(
        plain(option.label),
        min_value=low,
        max_value=high,
        value=start,
        step=step,
        format="%d" if whole else "%g",
        placeholder=field.hint,
        **field.common,
    )


def _bound(bound: float | None, whole: bool) -> float | None:
    if bound is None:
        return None
    return max(-_LARGEST, min(_LARGEST, int(bound))) if whole else float(bound)


def _step(step: float | None, whole: bool) -> float:
    """The smallest change, of the same kind as the bounds: Streamlit refuses a mixture of kinds."""
    return max(1, int(step or 1)) if whole else float(step or 0.01)


def _slides(option: OptionField, key: str) -> bool:
    """Whether a number has few enough values for a slider, and stands on one of them."""
    value = st.session_state[key]
    if None in (option.step, option.lowest, option.highest, value):
        return False
    steps = (value - option.lowest) / option.step
    on_a_step = math.isclose(steps, round(steps), abs_tol=1e-9)
    return on_a_step and (steps > 0 or option.lowest_included) and value <= option.highest


_DRAW: dict[Kind, Callable[[_Field], None]] = {
    "path": _text,
    "text": _text,
    "boolean": _boolean,
    "choice": _choice,
    "whole number": _number,
    "number": _number,
}
