"""The state of the New search form, and what can be chosen in it now."""

import os
from typing import Any

import streamlit as st

from app.access import policy as access
from app.forms.field_values import config_data, values_of
from app.supernets import checklist
from engine.config import NASConfig, algorithms_for
from engine.errors import DataError, DynasError
from engine.meters import registry as meters
from engine.metrics import metric, names, ordered
from engine.requirements import QualitySource
from engine.search import approaches
from engine.search.predicted import PredictedSearch
from engine.supernets import registry
from engine.supernets.base import EvaluationSettings, Supernet

_PREFIX = "new_"
_TEMPLATE = "new_search_template"
_NAMED = "new_search_named"


def key(field: str) -> str:
    """The session key of a form field; `st-key-` before it is the field's CSS class."""
    return _PREFIX + field


def use_as_template(config: NASConfig) -> None:
    """Fill the form with `config` when it is drawn next."""
    st.session_state[_TEMPLATE] = values_of(config)


def forget_name() -> None:
    """The next search gets a name of its own."""
    st.session_state[_NAMED] = True


def most_workers() -> int:
    """Worker processes beyond which this machine has no core for one more."""
    return max(1, os.cpu_count() or 1)


def fill() -> bool:
    """Put in defaults, or a template; call it before any field. Tells whether it was a template."""
    wanted = st.session_state.pop(_TEMPLATE, None)
    for field, value in (wanted or values_of(NASConfig())).items():
        if wanted is not None or key(field) not in st.session_state:
            st.session_state[key(field)] = value
    if st.session_state.pop(_NAMED, False) or key("name") not in st.session_state:
        st.session_state[key("name")] = ""
    return wanted is not None


def settle() -> None:
    """Undo what cannot be combined; call it before any field."""
    state = st.session_state
    if state[key("accuracy_source")] not in accuracy_sources():
        state[key("accuracy_source")] = accuracy_sources()[0]
    there = available_metrics()
    state[key("metrics")] = [m for m in ordered(state[key("metrics")] or []) if m in there]
    state[key("record")] = [
        name
        for name in state[key("record")] or []
        if name not in state[key("metrics")] and name in there
    ]
    state[key("workers")] = min(state[key("workers")], most_workers())
    if times_latency():
        state[key("workers")] = 1
    if state[key("algorithm")] not in fitting_algorithms():
        state[key("algorithm")] = fitting_algorithms()[0]
    if has_population():
        most = max(2, state[key("evaluations")])
        state[key("population")] = min(state[key("population")], most)


def supernet_of(name: str) -> Supernet:
    """The supernet called `name`; raises DynasError if it does not load."""
    return registry.load(name)


def accuracy_sources() -> list[QualitySource]:
    """Where the chosen supernet's accuracy can come from; the first is the default."""
    try:
        return list(supernet_of(st.session_state[key("supernet")]).quality_sources)
    except DynasError:
        return ["measured"]


def available_metrics() -> list[str]:
    """The metrics that can be had of the chosen supernet."""
    settings = EvaluationSettings(
        accuracy_source=st.session_state[key("accuracy_source")],
        latency_table=st.session_state[key("latency_table")].strip() or None,
    )
    try:
        return list(meters.sources(supernet_of(st.session_state[key("supernet")]), settings))
    except DynasError:
        return names()


def supernet_names() -> list[str]:
    """Every supernet there is."""
    return registry.names()


@st.cache_data(ttl=15, show_spinner=False)
def missing(supernet: str, settings: EvaluationSettings) -> list[str]:
    """A sentence for each thing that a search needs and has not, as of some seconds ago."""
    try:
        return supernet_of(supernet).missing(settings)
    except DynasError as error:
        return [str(error)]


def ready_sources(name: str) -> list[QualitySource]:
    """The sources of accuracy with which a supernet can be searched now."""
    try:
        return checklist.ready_sources(checklist.rows(supernet_of(name), 0.0))
    except DynasError:
        return []


def fitting_algorithms() -> tuple[str, ...]:
    """The search algorithms for as many objectives as the form has."""
    return algorithms_for(len(st.session_state[key("metrics")]) or 2)


def has_population() -> bool:
    """Whether the chosen approach learns or evolves: random search and grid do neither."""
    return st.session_state[key("approach")] not in ("random", "grid")


def learns() -> bool:
    """Whether the chosen approach has predictors."""
    return issubclass(approaches.APPROACHES[st.session_state[key("approach")]], PredictedSearch)


def times_latency() -> bool:
    """Whether latency is among what the form asks to be measured."""
    state = st.session_state
    constrained = [text.split("=")[0] for text in state[key("constraints")] or []]
    named = [*state[key("metrics")], *state[key("record")], *constrained]
    timed = any(name.strip(" <>≤≥") in ("lat", "lat_spread") for name in named)
    return timed and not state[key("latency_table")].strip()


def values_now() -> dict[str, Any]:
    """The form's fields as the visitor left them."""
    return {field: st.session_state[key(field)] for field in values_of(NASConfig())}


def settings_now() -> EvaluationSettings:
    """How the form's search measures; raises DynasError saying what is wrong."""
    return _admitted().settings


def _admitted() -> NASConfig:
    """The form's configuration, which names only files that the visitor may name."""
    config = NASConfig.from_dict(config_data(values_now()))
    access.current().files.admit(config)
    return config


def current_config() -> NASConfig:
    """The configuration that the form stands for; raises DynasError saying what is wrong."""
    config = _admitted()
    approaches.check(config, supernet_of(config.dynas.supernet))
    if needed := missing(config.dynas.supernet, config.settings):
        raise DataError("\n\n".join(needed))
    return config


def measured(names: list[str]) -> list[str]:
    """Those of `names` whose numbers need the network to be run."""
    return [name for name in names if not metric(name).computable]
