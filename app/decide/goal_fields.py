"""The goal of the Decide page: the metric to be the best in, and limits; the URL holds both."""

from collections.abc import Mapping, Sequence

import streamlit as st

from app.decide.limit_field import limit_field, limit_slider
from app.decide.url_parameters import BEST, LIMITS, by_metric, by_metric_text, goal_note
from app.decide.widget_values import widget_key, widget_value
from app.formatting import escape_markdown
from app.url_parameters import set_parameter, text_parameter
from engine.analysis.goal import Goal, usual_best
from engine.constraints import Constraint
from engine.evaluation.record import Evaluation
from engine.metrics import Metric

_FIELDS_PER_ROW = 4


def goal_fields(
    run: str, front: Sequence[Evaluation], metrics: Sequence[Metric], objectives: Sequence[Metric]
) -> Goal:
    """Draw the fields of the goal over `metrics` that the front has values of; returns the goal."""
    by_name = {metric.name: metric for metric in metrics}
    limits = by_metric(text_parameter(LIMITS), list(by_name))
    best = _best_in_address(by_name, limits, objectives)
    limitable = [m for m in metrics if m.name != best.name or m.name in limits]
    with st.container(border=True, key="decide_goal"):
        cells = [best, *limitable]
        for start in range(0, len(cells), _FIELDS_PER_ROW):
            columns = st.columns(_FIELDS_PER_ROW, gap="medium", vertical_alignment="top")
            for metric, column in zip(cells[start:], columns, strict=False):
                with column:
                    if metric is best and start == 0 and column is columns[0]:
                        _best_field(run, by_name, best, limits)
                    else:
                        _limit(run, metric, front, limits)
        if note := goal_note(text_parameter(BEST), text_parameter(LIMITS), list(by_name)):
            st.caption(f":material/info: {escape_markdown(note)}")
    constraints = [Constraint.no_worse_than(by_name[n], limit) for n, limit in limits.items()]
    return Goal(best, tuple(constraints))


def _best_in_address(
    metrics: Mapping[str, Metric], limits: Mapping[str, float], objectives: Sequence[Metric]
) -> Metric:
    """The metric in the URL; else the first objective without a limit, or the first one."""
    if (named := metrics.get(text_parameter(BEST))) is not None:
        return named
    return metrics[usual_best(objectives, limits).name]


def _best_field(
    run: str, metrics: Mapping[str, Metric], best: Metric, limits: Mapping[str, float]
) -> None:
    widget = f"decide_best_{run}"
    st.selectbox(
        "Best",
        list(metrics),
        format_func=lambda name: escape_markdown(metrics[name].label),
        key=widget_key(widget, best.name),
        help="What matters most. The best in it that keeps to the limits beside it is the answer.",
        on_change=_best_chosen,
        args=(widget, dict(limits)),
    )
    if limits:
        st.button(
            "No limits",
            key="decide_reset",
            icon=":material/restart_alt:",
            type="tertiary",
            on_click=set_parameter,
            args=(LIMITS, None),
        )


def _best_chosen(widget: str, limits: dict[str, float]) -> None:
    name = widget_value(widget)
    set_parameter(BEST, name)
    _store({other: limit for other, limit in limits.items() if other != name})


def _store(limits: Mapping[str, float]) -> None:
    set_parameter(LIMITS, by_metric_text(limits))


def _limit(
    run: str, metric: Metric, front: Sequence[Evaluation], limits: Mapping[str, float]
) -> None:
    def store(name: str, limit: float | None) -> None:
        changed = {**limits, name: limit}
        _store({n: value for n, value in changed.items() if value is not None})

    key, limit = f"decide_limit_{run}_{metric.name}", limits.get(metric.name)
    limit_field(metric, key, limit, store)
    values = [e.metrics[metric.name] for e in front if metric.name in e.metrics]
    limit_slider(metric, key, values, limit, store)
    if missing := len(front) - len(values):
        st.caption(f"{missing} of the {len(front)} on the front have no value: they do not fit")
