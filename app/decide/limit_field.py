"""A limit on one metric: a field for a typed number with its unit, and a slider beside it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from app.decide.widget_values import widget_key, widget_value
from app.formatting import escape_markdown
from engine.analysis.number_text import metric_value_bare
from engine.bound_text import quantity_example, quantity_text, read_quantity
from engine.errors import ConfigError
from engine.metrics import Metric
from engine.pareto.limits import sensible_limits

Store = Callable[[str, float | None], None]
"""Keeps a new limit of a metric by name; None removes it."""


@dataclass(frozen=True)
class LimitChoices:
    """The options of a metric's slider, from left to right; None is no limit."""

    options: tuple[float | None, ...]
    labels: dict[float | None, str]


def limit_choices(
    metric: Metric, values: Sequence[float], current_limit: float | None
) -> LimitChoices | None:
    """The slider options of `metric` for the front's `values`; None if there is no choice.

    The current limit is always among the options.
    """
    steps = sensible_limits(metric, values)
    if len(steps) < 2 and current_limit is None:
        return None
    loosest = steps[-1] if metric.direction == "min" else steps[0]
    stricter_limits = [step for step in steps if step != loosest]
    sign = limit_sign(metric)
    labels: dict[float | None, str] = {None: "any"}
    used_labels: set[str] = set()
    for limit in [*([] if current_limit is None else [current_limit]), *stricter_limits]:
        label = f"{sign} {metric_value_bare(metric.name, limit)}"
        if label not in used_labels:  # steps with the same label are merged
            used_labels.add(label)
            labels[limit] = label
    limits = sorted(limit for limit in labels if limit is not None)
    options = [*limits, None] if metric.direction == "min" else [None, *limits]
    return LimitChoices(tuple(options), labels)


def limit_sign(metric: Metric) -> str:
    """`≤` where less is better, else `≥`."""
    return "≤" if metric.direction == "min" else "≥"


def limit_field(
    metric: Metric, key: str, limit: float | None, store: Store, sign: str = "", help: str = ""
) -> None:
    """Draw a field for a limit, and what is wrong with its text below it.

    A number is taken exactly as it is typed, then shown with its unit; an empty field is no limit.
    """
    wrong_text, problem = st.session_state.get(f"{key}_problem", ("", ""))
    shown = wrong_text or ("" if limit is None else quantity_text(limit, metric))
    st.text_input(
        f"{escape_markdown(metric.label)} {sign or limit_sign(metric)}",
        key=widget_key(key, shown),
        placeholder="any",
        help=f"{escape_markdown(metric.description)} {help}Write a number such as "
        f"{escape_markdown(quantity_example(metric))}; leave it empty for no limit.",
        on_change=_typed,
        args=(metric, key, store),
    )
    if problem:
        st.error(escape_markdown(problem), icon=":material/error:")


def limit_problem(key: str) -> str:
    """What is wrong with the text in the field with this key; empty if it can be read."""
    _, problem = st.session_state.get(f"{key}_problem", ("", ""))
    return str(problem)


def forget_problem(key: str) -> None:
    """Forget what is wrong with a field that is not drawn any more."""
    st.session_state.pop(f"{key}_problem", None)


def _typed(metric: Metric, key: str, store: Store) -> None:
    text = str(widget_value(key) or "").strip()
    plain_sign = "<=" if metric.direction == "min" else ">="
    number = text.removeprefix(limit_sign(metric)).removeprefix(plain_sign).strip()
    st.session_state.pop(f"{key}_problem", None)
    try:
        limit = read_quantity(number, metric) if text else None
    except ConfigError as error:
        st.session_state[f"{key}_problem"] = (text, f"{error} It is not applied.")
        return
    store(metric.name, limit)


def limit_slider(
    metric: Metric,
    key: str,
    values: Sequence[float],
    limit: float | None,
    store: Store,
    origin: str = "the front",
) -> None:
    """Draw a slider over sensible limits for `values`; it moves with the field, and the reverse.

    `origin` says what the values are of.
    """
    choices = limit_choices(metric, values, limit)
    if choices is None:
        only = metric_value_bare(metric.name, values[0])
        st.caption(f"{escape_markdown(only)} in all of {origin}")
        return
    st.select_slider(
        f"{escape_markdown(metric.label)} {limit_sign(metric)}, along {origin}",
        choices.options,
        format_func=choices.labels.__getitem__,
        key=widget_key(f"{key}_slider", limit),
        label_visibility="collapsed",
        on_change=_moved,
        args=(metric.name, key, store),
    )


def _moved(name: str, key: str, store: Store) -> None:
    st.session_state.pop(f"{key}_problem", None)
    store(name, widget_value(f"{key}_slider"))
