"""Sliders for limits and weights; the URL holds their values."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from app.decide.url_parameters import LIMITS, WEIGHTS, by_metric, by_metric_text
from app.decide.widget_values import widget_key, widget_value
from app.formatting import escape_markdown
from app.url_parameters import set_parameter, text_parameter
from engine.analysis.number_text import metric_title, metric_value_bare
from engine.evaluation.record import Evaluation
from engine.metrics import Metric
from engine.pareto.decision_making import normalised_weights
from engine.pareto.limits import is_within_limits, sensible_limits

MAX_WEIGHT, DEFAULT_WEIGHT = 10, 5


@dataclass(frozen=True)
class Preferences:
    """Limits by metric, weights by objective, and the part of the front within the limits."""

    limits: dict[str, float]
    weights: dict[str, float]
    remaining: tuple[Evaluation, ...]


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
    sign = "≤" if metric.direction == "min" else "≥"
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


def preferences(
    run: str, front: Sequence[Evaluation], metrics: Sequence[Metric], objectives: Sequence[Metric]
) -> Preferences:
    """Draw the sliders of `metrics` and `objectives`; returns their values."""
    limits = by_metric(text_parameter(LIMITS), [metric.name for metric in metrics])
    address_weights = by_metric(
        text_parameter(WEIGHTS), [objective.name for objective in objectives]
    )
    weights = {
        o.name: float(np.clip(round(address_weights.get(o.name, DEFAULT_WEIGHT)), 0, MAX_WEIGHT))
        for o in objectives
    }
    within_limits = is_within_limits(front, limits)
    st.markdown(f"**Limits** · {int(within_limits.sum())} of {len(front)} remain")
    for metric in metrics:
        _limit_slider(run, metric, [e.metrics[metric.name] for e in front], limits)
    if len(objectives) > 1:
        _weight_sliders(run, objectives, weights)
    if limits or address_weights:
        st.button(
            "Reset",
            key="decide_reset",
            icon=":material/restart_alt:",
            help="No limits, and even weights",
            on_click=_reset,
        )
    remaining = tuple(e for e, is_within in zip(front, within_limits, strict=True) if is_within)
    return Preferences(limits, weights, remaining)


def _limit_slider(
    run: str, metric: Metric, values: Sequence[float], limits: dict[str, float]
) -> None:
    choices = limit_choices(metric, values, limits.get(metric.name))
    if choices is None:
        st.caption(
            escape_markdown(
                f"{metric.label}: {metric_value_bare(metric.name, values[0])} in all of them"
            )
        )
        return
    slider = f"decide_limit_{run}_{metric.name}"
    st.select_slider(
        escape_markdown(metric_title(metric)),
        choices.options,
        format_func=choices.labels.__getitem__,
        key=widget_key(slider, limits.get(metric.name)),
        help=f"{escape_markdown(metric.description)} "
        "Only sub-networks that keep to this limit remain.",
        on_change=_limit_moved,
        args=(metric.name, slider, limits),
    )


def _limit_moved(name: str, slider: str, limits: dict[str, float]) -> None:
    new_limits = {**limits, name: widget_value(slider)}
    set_parameter(
        LIMITS, by_metric_text({n: limit for n, limit in new_limits.items() if limit is not None})
    )


def _weight_sliders(run: str, objectives: Sequence[Metric], weights: dict[str, float]) -> None:
    shares = normalised_weights(np.array(list(weights.values())))
    st.markdown(
        "**Weights**",
        help="How much each objective counts for the suggestions by weights. Values are compared "
        "as shares of their range over what remains of the front.",
    )
    for objective, share in zip(objectives, shares, strict=True):
        slider = f"decide_weight_{run}_{objective.name}"
        st.slider(
            f"{escape_markdown(objective.label)}: {share:.0%}".replace("%", " %"),
            0,
            MAX_WEIGHT,
            key=widget_key(slider, int(weights[objective.name])),
            on_change=_weight_moved,
            args=(objective.name, slider, weights),
        )


def _weight_moved(name: str, slider: str, weights: dict[str, float]) -> None:
    new_weights = {**weights, name: float(widget_value(slider))}
    are_default = all(weight == DEFAULT_WEIGHT for weight in new_weights.values())
    set_parameter(WEIGHTS, "" if are_default else by_metric_text(new_weights))


def _reset() -> None:
    set_parameter(LIMITS, None)
    set_parameter(WEIGHTS, None)
