"""Settings of a search that a first one does not need: predictor, stop rules, warm start."""

import streamlit as st

from app.display_names import distinct_labels
from app.forms import search_form as form
from app.forms.keys import CLUSTER, key
from app.forms.number_field import number_field
from app.session import service
from engine.analysis.name_text import on_one_line
from engine.config_sections import MOST_REPEATS
from engine.errors import DynasError
from engine.search_methods import PREDICTORS
from engine.space.likeness import difference


def advanced_section() -> None:
    """Draw the expander; it is open if a setting differs from its default."""
    state = st.session_state
    fields = ("stop_minutes", "stop_hypervolume", "stop_cycles", "warm_start")
    defaults = {"predictor": next(iter(PREDICTORS)), "max_failures": 10, "timeout_minutes": None}
    defaults |= {"confirm": None}
    is_changed = any(state[key(f)] for f in fields)
    is_changed |= any(state[key(f)] != value for f, value in defaults.items())
    with st.expander("Predictor, stop rules, warm start", expanded=is_changed):
        predictor, warm_start = st.columns(2)
        with predictor:
            _predictor()
        with warm_start:
            _warm_start()
        _stop_rules()
        _failures()
        _confirmation()


def _predictor() -> None:
    st.selectbox(
        "Predictor",
        list(PREDICTORS),
        format_func=lambda name: PREDICTORS[name].label,
        key=key("predictor"),
        persist_state="session",
        disabled=not form.has_predictors(),
        help="The model that learns to predict measured metrics. MACs and parameters are computed, "
        "never predicted. "
        "*Best in cross-validation* compares several in each cycle.",
    )
    if not form.has_predictors():
        st.caption("This approach predicts nothing.")


def _warm_start() -> None:
    supernet = st.session_state[key("supernet")]
    searched = {s.id: s.config.dynas.supernet for s in service().list()}
    alike = {name for name in set(searched.values()) if _is_alike(name, supernet)}
    names = {s.id: s.name for s in service().list() if searched.get(s.id) in alike}
    siblings = {run for run in names if searched[run] != supernet}
    names = {run: f"{n} · {searched[run]}" if run in siblings else n for run, n in names.items()}
    labels = distinct_labels(names)
    selected = st.session_state[key("warm_start")]
    st.selectbox(
        "Warm start",
        list(dict.fromkeys([*names, *([selected] if selected else [])])),
        index=None,
        format_func=lambda run: labels.get(run) or on_one_line(run),
        key=key("warm_start"),
        persist_state="session",
        accept_new_options=True,
        placeholder="A run, or the path of a CSV",
        help="The search starts with the sub-networks of an earlier run, or of a results CSV of "
        "DyNAS-T, Neural Compressor or this dashboard: it learns from them and does not measure "
        "them again. They do not count towards the budget. Of a run of another supernet with the "
        "same search space, the best sub-networks are measured again first, within the budget.",
    )
    if selected in siblings:
        st.caption(
            f"A run of {searched[selected]}, whose search space is the same. None of its numbers "
            "is taken over: predictions follow them, and the best of its front are measured again "
            "first."
        )


def _is_alike(searched: str, supernet: str) -> bool:
    """Whether a search of a supernet can begin with a run of another: their spaces are alike."""
    if searched == supernet:
        return True
    try:
        return not difference(
            form.load_supernet(searched).space, form.load_supernet(supernet).space
        )
    except DynasError:
        return False  # its package is not installed


def _stop_rules() -> None:
    minutes, hypervolume, cycles = st.columns(3)
    with minutes:
        number_field(
            "Stop after minutes",
            "stop_minutes",
            "Running time of the search, without pauses.",
            minimum=0.1,
            step=5.0,
            empty_text="never",
        )
    with hypervolume:
        number_field(
            "Stop at hypervolume",
            "stop_hypervolume",
            "The share of the reference box that the front must dominate, from 0 to 1.",
            minimum=0.001,
            maximum=1.0,
            step=0.01,
            empty_text="never",
        )
    with cycles:
        number_field(
            "Stop after stalled cycles",
            "stop_cycles",
            "Cycles in a row in which the hypervolume grows by less than a thousandth.",
            minimum=1,
            step=1,
            empty_text="never",
        )


def _failures() -> None:
    failures, minutes = st.columns(2)
    with failures:
        number_field(
            "Fail after failures in a row",
            "max_failures",
            "The run fails after this many failed evaluations in a row, or if the whole initial "
            "sample fails. Resume it after you have fixed the cause.",
            minimum=1,
            step=1,
            empty_text="never",
        )
    with minutes:
        number_field(
            "Give up an evaluation after minutes",
            "timeout_minutes",
            "An evaluation that takes longer fails, and its worker is restarted. If empty: 20 "
            "times the median of the earlier evaluations, at least 10 minutes.",
            minimum=0.01,
            step=5.0,
            empty_text="20 times the usual",
        )


def _confirmation() -> None:
    is_on_cluster = st.session_state[key("place")] == CLUSTER
    number_field(
        "Measure the front again",
        "confirm",
        "At the end of the search, its front and what is within noise of it are measured so many "
        "times more, beside the budget, each time with other samples for the batch-norm "
        "statistics. The mean and its standard error stand beside the number of the search.",
        minimum=1,
        maximum=MOST_REPEATS,
        step=1,
        empty_text="never",
        disabled=is_on_cluster,
    )
    if is_on_cluster:
        st.caption("A front is measured again on this machine only.")
