"""Limits and weights as sliders. The address holds them; the sliders show what it says."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from app.address import put, word
from app.decide.address import LIMITS, WEIGHTS, by_metric, by_metric_text
from app.decide.widget_values import widget_key, widget_value
from app.formatting import plain
from engine.analysis.number_text import metric_title, metric_value_bare
from engine.evaluation.record import Evaluation
from engine.metrics import Metric
from engine.pareto.decision_making import normalised_weights
from engine.pareto.limits import is_within_limits, sensible_limits

HEAVIEST, USUAL = 10, 5


@dataclass(frozen=True)
class Preferences:
    """Limits by metric, and the part of the front that keeps to them; weights by objective."""

    limits: dict[str, float]
    weights: dict[str, float]
    remaining: tuple[Evaluation, ...]


@dataclass(frozen=True)
class LimitChoices:
    """What the slider of a metric offers, from left to right; None keeps all."""

    options: tuple[float | None, ...]
    labels: dict[float | None, str]


def limit_choices(own: Metric, values: Sequence[float], now: float | None) -> LimitChoices | None:
    """The slider of a metric whose `values` the front has; None where nothing can be chosen.

    A limit that is set now is among the choices, whatever the steps are.
    """
    steps = sensible_limits(own, values)
    if len(steps) < 2 and now is None:
        return None
    loosest = steps[-1] if own.direction == "min" else steps[0]
    inner = [step for step in steps if step != loosest]
    sign = "≤" if own.direction == "min" else "≥"
    labels: dict[float | None, str] = {None: "any"}
    taken: set[str] = set()
    for limit in [*([] if now is None else [now]), *inner]:
        label = f"{sign} {metric_value_bare(own.name, limit)}"
        if label not in taken:  # steps that read alike are one
            taken.add(label)
            labels[limit] = label
    limits = sorted(limit for limit in labels if limit is not None)
    options = [*limits, None] if own.direction == "min" else [None, *limits]
    return LimitChoices(tuple(options), labels)


def preferences(
    run: str, front: Sequence[Evaluation], metrics: Sequence[Metric], objectives: Sequence[Metric]
) -> Preferences:
    """Draw the sliders of `metrics` and `objectives`; what they are set to."""
    limits = by_metric(word(LIMITS), [own.name for own in metrics])
    given = by_metric(word(WEIGHTS), [objective.name for objective in objectives])
    weights = {
        o.name: float(np.clip(round(given.get(o.name, USUAL)), 0, HEAVIEST)) for o in objectives
    }
    kept = is_within_limits(front, limits)
    st.markdown(f"**Limits** · {int(kept.sum())} of {len(front)} remain")
    for own in metrics:
        _limit_slider(run, own, [e.metrics[own.name] for e in front], limits)
    if len(objectives) > 1:
        _weight_sliders(run, objectives, weights)
    if limits or given:
        st.button(
            "Reset",
            key="decide_reset",
            icon=":material/restart_alt:",
            help="No limits, and even weights",
            on_click=_reset,
        )
    remaining = tuple(e for e, keeps in zip(front, kept, strict=True) if keeps)
    return Preferences(limits, weights, remaining)


def _limit_slider(run: str, own: Metric, values: Sequence[float], limits: dict[str, float]) -> None:
    choices = limit_choices(own, values, limits.get(own.name))
    if choices is None:
        st.caption(plain(f"{own.label}: {metric_value_bare(own.name, values[0])} in all of them"))
        return
    slider = f"decide_limit_{run}_{own.name}"
    st.select_slider(
        plain(metric_title(own)),
        choices.options,
        format_func=choices.labels.__getitem__,
        key=widget_key(slider, limits.get(own.name)),
        help=f"{plain(own.description)} Only sub-networks that keep to this limit remain.",
        on_change=_limit_moved,
        args=(own.name, slider, limits),
    )


def _limit_moved(name: str, slider: str, limits: dict[str, float]) -> None:
    moved = {**limits, name: widget_value(slider)}
    put(LIMITS, by_metric_text({n: limit for n, limit in moved.items() if limit is not None}))


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
            f"{plain(objective.label)}: {share:.0%}".replace("%", " %"),
            0,
            HEAVIEST,
            key=widget_key(slider, int(weights[objective.name])),
            on_change=_weight_moved,
            args=(objective.name, slider, weights),
        )


def _weight_moved(name: str, slider: str, weights: dict[str, float]) -> None:
    moved = {**weights, name: float(widget_value(slider))}
    usual = all(weight == USUAL for weight in moved.values())
    put(WEIGHTS, "" if usual else by_metric_text(moved))


def _reset() -> None:
    put(LIMITS, None)
    put(WEIGHTS, None)
