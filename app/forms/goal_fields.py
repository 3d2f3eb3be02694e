"""The goal of a new search: the metric to be the best in, and limits on others.

The goal is another view of the objectives and constraints of the form, which hold it: the metrics
of a goal are objectives, so that the front shows what a limit costs, and its limits constraints.
"""

from collections.abc import Mapping, Sequence

import streamlit as st

from app.decide.limit_field import forget_problem, limit_field, limit_problem, limit_slider
from app.formatting import escape_markdown
from app.forms import planned_sources
from app.forms import search_form as form
from app.forms.keys import key
from engine.constraints import Constraint, parse_constraints
from engine.errors import ConfigError
from engine.metrics import Metric

MOST_OBJECTIVES = 4
"""As many as a search can have."""

_COLUMNS = (1.75, 1.0, 1.0, 1.1)  # widths of the fields of a row
_USUALLY_LIMITED = ("macs", "lat")
_BEST, _SHOWN, _ADDED = key("goal_best"), key("goal_shown"), key("goal_added")
_MORE = key("goal_more")


def choose_best(name: str) -> None:
    """Make a metric the one to be the best in, and an objective if it is none."""
    objectives = list(st.session_state[key("metrics")] or [])
    st.session_state[_BEST] = name
    if name not in objectives:
        st.session_state[key("metrics")] = [name, *objectives[1:]]


def goal_section(notes: Sequence[str] = ()) -> None:
    """Draw the goal: *Best* metric *with* limits, each a field with its unit; `notes` below it."""
    with st.container(border=True, key="new_section_goal"):
        st.subheader("Goal", anchor=False)
        metrics = {name: planned_sources.planned_metric(name) for name in form.available_metrics()}
        best, limited, ranges = best_metric(), limits(), form.cost_ranges()
        shown = _shown_metrics(metrics, best, limited)
        for name in set(metrics).difference(shown):
            forget_problem(_limit_key(name))
        cells = [best, *shown, *([_MORE] if len(shown) + 1 < len(metrics) else [])]
        for start in range(0, len(cells), len(_COLUMNS)):
            columns = st.columns(_COLUMNS, gap="small", vertical_alignment="top")
            for name, column in zip(cells[start:], columns, strict=False):
                with column:
                    if name == _MORE:
                        _more_field(metrics, [best, *shown])
                    elif name == best:
                        _best_field(metrics, best)
                    else:
                        _limit_field(metrics[name], limited.get(name), ranges.get(name))
        for note in notes:
            st.caption(f":material/info: {escape_markdown(note)}")
        st.caption(
            "Limited metrics become objectives too, so that the front shows what each limit costs. "
            "Section 2 has the same objectives and constraints."
        )


def check_goal() -> None:
    """Raise ConfigError for a limit that cannot be read, and thus is not applied."""
    for name in form.available_metrics():
        if problem := limit_problem(_limit_key(name)):
            raise ConfigError(problem)


def _limit_key(name: str) -> str:
    return key(f"goal_limit_{name}")


def _objectives() -> list[str]:
    available = form.available_metrics()
    return [name for name in st.session_state[key("metrics")] or [] if name in available]


def best_metric() -> str:
    """What was chosen while it is an objective, else the first objective."""
    chosen = str(st.session_state.get(_BEST))
    names = _objectives() or form.available_metrics()
    return chosen if chosen in names else names[0]


def limits() -> dict[str, Constraint]:
    """The strictest constraint on the worse side of each metric."""
    strictest: dict[str, Constraint] = {}
    for constraint in form.readable_constraints():
        name, sign = constraint.metric.name, constraint.metric.sign
        other = strictest.get(name)
        if constraint.allows_better and (
            other is None or sign * constraint.limit < sign * other.limit
        ):
            strictest[name] = constraint
    return strictest


def _shown_metrics(
    metrics: Mapping[str, Metric], best: str, limited: Mapping[str, Constraint]
) -> list[str]:
    """The metrics with a field: objectives, limited ones, usual ones, those that were added."""
    names = {*_objectives(), *limited, *_USUALLY_LIMITED, *st.session_state.get(_SHOWN, ())}
    return [name for name in metrics if name in names and name != best]


def _best_field(metrics: Mapping[str, Metric], best: str) -> None:
    st.session_state[_BEST] = best
    st.selectbox(
        "Best",
        list(metrics),
        format_func=lambda name: escape_markdown(metrics[name].label),
        key=_BEST,
        help="What matters most: the search looks for the best of it within the limits beside it.",
        on_change=_best_chosen,
        args=(best,),
    )


def _best_chosen(former: str) -> None:
    """The new metric takes the place of the former one among the objectives."""
    chosen, objectives = st.session_state[_BEST], list(st.session_state[key("metrics")] or [])
    if chosen not in objectives:
        objectives = [name for name in objectives if name != former][: MOST_OBJECTIVES - 1]
        st.session_state[key("metrics")] = [chosen, *objectives]


def _more_field(metrics: Mapping[str, Metric], shown: Sequence[str]) -> None:
    st.session_state[_MORE] = None
    st.selectbox(
        "Another limit",
        [name for name in metrics if name not in shown],
        format_func=lambda name: escape_markdown(metrics[name].label),
        key=_MORE,
        placeholder="Choose",
        on_change=_more_chosen,
    )


def _more_chosen() -> None:
    if name := st.session_state[_MORE]:
        st.session_state[_SHOWN] = (*st.session_state.get(_SHOWN, ()), name)


def _limit_field(
    metric: Metric, limit: Constraint | None, cost_range: tuple[float, float] | None
) -> None:
    """A field for a limit; below a limit on an exact cost, whose range is known, a slider."""
    field_key, value = _limit_key(metric.name), limit.limit if limit else None
    sign = limit.sign if limit and limit.strict else ""
    limit_field(metric, field_key, value, store_limit, sign=sign)
    if cost_range is not None and limit is not None:
        limit_slider(metric, field_key, cost_range, value, store_limit, "the space")


def store_limit(name: str, limit: float | None) -> None:
    """Put a limit in place of those of the same metric, and the metric among the objectives."""
    state, added = st.session_state, set(st.session_state.get(_ADDED, ()))
    metric = planned_sources.planned_metric(name)
    texts = [t for t in state[key("constraints")] or [] if not _is_limit_on(t, name)]
    objectives = list(state[key("metrics")] or [])
    if limit is not None:
        texts.append(str(Constraint.no_worse_than(metric, limit)))
        if name not in objectives and len(objectives) < MOST_OBJECTIVES:
            objectives.append(name)
            added.add(name)
    elif name in added:
        objectives = [other for other in objectives if other != name] or objectives
        added.discard(name)
    state[key("constraints")], state[key("metrics")] = texts, objectives
    state[_ADDED] = tuple(added)


def _is_limit_on(text: str, name: str) -> bool:
    try:
        constraints = parse_constraints(text)
    except ConfigError:
        return False
    return all(c.metric.name == name and c.allows_better for c in constraints)
