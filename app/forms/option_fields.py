"""Form fields generated from the options model of a supernet, task, meter or cluster."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import streamlit as st

from app.formatting import escape_markdown
from app.forms.cells import Cell
from app.forms.option_owners import Owner
from app.forms.option_state import effective_options
from engine.analysis.name_text import on_one_line
from engine.options import Kind, OptionField, fields

WIDTHS: dict[Kind, float] = {
    "path": 2.6, "text": 2.6, "numbers by name": 2.0, "choice": 2.0, "boolean": 2.0,
    "whole number": 1.2, "number": 1.2,
}  # fmt: skip
_MAX_INTEGER = 2**53 - 1  # the largest integer that JavaScript represents exactly
_FULL_WIDTH = 5.0  # a slider has a row of its own
_BOOLEAN_LABELS = {True: "Yes", False: "No"}


@dataclass(frozen=True)
class _Field:
    """An option to be drawn: the session key of its field, and the `hint` in an empty field."""

    option: OptionField
    key: str
    hint: str
    disabled: bool

    @property
    def common(self) -> dict[str, Any]:
        """Keyword arguments of every Streamlit widget."""
        return {
            "key": self.key,
            "persist_state": "session",
            "help": self.option.help or None,
            "disabled": self.disabled,
        }


def option_cells(owner: Owner, options: Sequence[OptionField] | None = None) -> list[Cell]:
    """The fields of an owner's options, or of those in `options`.

    An option without effect is left out, or disabled if a switch beside it turns it off.
    """
    effective, options_by_name = effective_options(owner), {f.name: f for f in fields(owner.model)}
    cells = []
    for option in owner.drawn if options is None else options:
        is_disabled = option.name not in effective
        if not is_disabled or _is_disabled_by_switch(option, options_by_name, effective):
            draw = partial(draw_option, owner, option, disabled=is_disabled)
            is_slider = _is_slider(option, owner.key(option.name))
            cells.append(Cell(_FULL_WIDTH if is_slider else WIDTHS[option.kind], draw))
    return cells


def _is_disabled_by_switch(
    option: OptionField, options_by_name: dict[str, OptionField], effective: set[str]
) -> bool:
    switch = options_by_name.get(option.when[0]) if option.when else None
    return switch is not None and switch.kind == "boolean" and switch.name in effective


def draw_option(owner: Owner, option: OptionField, disabled: bool = False, hint: str = "") -> None:
    """Draw the field of one option; `hint` replaces its own hint text."""
    field = _Field(option, owner.key(option.name), hint or option.hint, disabled)
    _DRAW[option.kind](field)


def _text(field: _Field) -> None:
    st.text_input(escape_markdown(field.option.label), placeholder=field.hint, **field.common)


def _boolean(field: _Field) -> None:
    if field.option.optional:
        _select(field, _BOOLEAN_LABELS)
    else:
        st.toggle(escape_markdown(field.option.label), **field.common)


def _choice(field: _Field) -> None:
    _select(field, dict(zip(field.option.choices, field.option.choice_labels, strict=True)))


def _select(field: _Field, labels: Mapping[Any, str]) -> None:
    st.selectbox(
        escape_markdown(field.option.label),
        list(labels),
        index=None if field.option.optional else 0,
        format_func=lambda choice: on_one_line(labels[choice]),
        placeholder=field.hint or "Not set",
        **field.common,
    )


def _number(field: _Field) -> None:
    option, is_integer = field.option, field.option.kind == "whole number"
    low, high = _bound(option.lowest, is_integer), _bound(option.highest, is_integer)
    step = _step(option.step, is_integer)
    if _is_slider(option, field.key) and low is not None:
        start_value = low if option.lowest_included else low + step
        st.slider(
            escape_markdown(option.label),
            min_value=start_value,
            max_value=high,
            step=step,
            **field.common,
        )
        return
    initial: Literal["min"] | None = None if option.optional else "min"
    st.number_input(
        escape_markdown(option.label),
        min_value=low,
        max_value=high,
        value=initial,
        step=step,
        format="%d" if is_integer else "%g",
        placeholder=field.hint,
        **field.common,
    )


def _bound(bound: float | None, is_integer: bool) -> float | None:
    if bound is None:
        return None
    return max(-_MAX_INTEGER, min(_MAX_INTEGER, int(bound))) if is_integer else float(bound)


def _step(step: float | None, is_integer: bool) -> float:
    """The step, of the same type as the bounds: Streamlit refuses mixed types."""
    return max(1, int(step or 1)) if is_integer else float(step or 0.01)


def _is_slider(option: OptionField, key: str) -> bool:
    """Whether to draw a slider: the option has a step and bounds, and its value fits them."""
    value = st.session_state[key]
    if None in (option.step, option.lowest, option.highest, value):
        return False
    steps = (value - option.lowest) / option.step
    on_a_step = math.isclose(steps, round(steps), abs_tol=1e-9)
    return on_a_step and (steps > 0 or option.lowest_included) and value <= option.highest


_DRAW: dict[Kind, Callable[[_Field], None]] = {
    "path": _text,
    "text": _text,
    "numbers by name": _text,
    "boolean": _boolean,
    "choice": _choice,
    "whole number": _number,
    "number": _number,
}
