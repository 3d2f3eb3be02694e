"""The state of the New search form, and what can be chosen in it now."""

import os
from contextlib import suppress
from typing import Any

import streamlit as st

from app.access import policy as access
from app.forms import option_state
from app.forms.field_values import config_data, values_of
from app.forms.keys import key
from app.supernets import checklist
from engine.config import NASConfig
from engine.constraints import Constraint
from engine.errors import DataError, DynasError
from engine.meters import registry as meters
from engine.metrics import metric, metric_names
from engine.requirements import QualitySource
from engine.search import approaches
from engine.search_methods import APPROACHES, algorithms_for
from engine.supernets import registry
from engine.supernets.base import EvaluationSettings, Supernet

_TEMPLATE = "new_search_template"
_NAMED = "new_search_named"


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
    values = wanted or values_of(NASConfig())
    for field, value in values.items():
        fresh = wanted is not None or key(field) not in st.session_state
        if fresh and field not in option_state.SECTIONS:
            st.session_state[key(field)] = value
    if wanted is not None:
        option_state.put({s: values[s] for s in option_state.SECTIONS}, values["supernet"])
    if st.session_state.pop(_NAMED, False) or key("name") not in st.session_state:
        st.session_state[key("name")] = ""
    return wanted is not None


def settle() -> None:
    """Undo what cannot be combined; call it before any field."""
    state = st.session_state
    there = available_metrics()
    wanted = dict.fromkeys(name if name in there else _instead(name) for name in _objectives())
    state[key("metrics")] = [name for name in there if name in wanted]
    state[key("record")] = [
        name
        for name in state[key("record")] or []
        if name not in state[key("metrics")] and name in there
    ]
    state[key("workers")] = min(state[key("workers")], most_workers())
    if measured_alone():
        state[key("workers")] = 1
    if state[key("algorithm")] not in fitting_algorithms():
        state[key("algorithm")] = fitting_algorithms()[0]
    if has_population():
        most = max(2, state[key("evaluations")])
        state[key("population")] = min(state[key("population")], most)


def supernet_of(name: str) -> Supernet:
    """The supernet called `name`; raises DynasError if it does not load."""
    return registry.load(name)


def chosen_supernet() -> Supernet:
    """The supernet that is chosen; raises DynasError if it does not load."""
    return supernet_of(st.session_state[key("supernet")])


def measuring() -> EvaluationSettings:
    """How the form measures as it stands, be it right or wrong."""
    state, options = st.session_state, _options()
    return EvaluationSettings(
        batch_size=state[key("batch_size")],
        device=state[key("device")],
        precision=state[key("precision")],
        supernet=options["supernet_options"],
        task=options["task_options"],
        meters=options["meter_options"],
    )


def quality_source() -> QualitySource:
    """Where quality comes from as the form stands."""
    try:
        return chosen_supernet().quality_source(measuring())
    except DynasError:
        return "measured"


def available_metrics() -> list[str]:
    """The metrics that can be had of the chosen supernet."""
    try:
        return list(meters.sources(chosen_supernet(), measuring()))
    except DynasError:
        return metric_names()


def _objectives() -> list[str]:
    return list(st.session_state[key("metrics")] or [])


def _instead(name: str) -> str:
    """The main quality of the chosen supernet in place of one of another; else the same name."""
    with suppress(DynasError):  # the form says what is wrong with the supernet
        if meters.meter_of(name) is meters.QUALITY:
            return chosen_supernet().task.metrics[0].name
    return name


def supernet_names() -> list[str]:
    """Every supernet there is."""
    return registry.names()


@st.cache_data(ttl=15, show_spinner=False)
def missing(supernet: str, settings: EvaluationSettings) -> list[str]:
    """A sentence for each thing that a search needs and has not, as of some seconds ago."""
    try:
        return supernet_of(supernet).missing_requirements(settings)
    except DynasError as error:
        return [str(error)]


def ready_sources(name: str) -> list[QualitySource]:
    """The sources of quality with which a supernet can be searched now."""
    try:
        return checklist.ready_sources(checklist.rows(supernet_of(name), 0.0))
    except DynasError:
        return []


def fitting_algorithms() -> tuple[str, ...]:
    """The search algorithms for as many objectives as the form has."""
    return algorithms_for(len(_objectives()) or 2)


def has_population() -> bool:
    """Whether the chosen approach learns or evolves."""
    return APPROACHES[st.session_state[key("approach")]].uses_population


def learns() -> bool:
    """Whether the chosen approach has predictors."""
    return APPROACHES[st.session_state[key("approach")]].uses_predictors


def named_metrics() -> list[str]:
    """Every metric that the form asks for: objectives, recorded ones, constrained ones."""
    named = [*_objectives(), *(st.session_state[key("record")] or [])]
    for text in st.session_state[key("constraints")] or []:
        with suppress(DynasError):  # the panel beside the form says what is wrong
            named.append(Constraint.parse(text).metric.name)
    return list(dict.fromkeys(named))


def measured_alone() -> list[str]:
    """Those of the metrics asked for that are measured while nothing else is."""
    try:
        return meters.machine_metrics(named_metrics(), measuring())
    except DynasError:
        return []


def values_now() -> dict[str, Any]:
    """The form's fields as the visitor left them."""
    fields = [field for field in values_of(NASConfig()) if field not in option_state.SECTIONS]
    return {**{field: st.session_state[key(field)] for field in fields}, **_options()}


def _options() -> dict[str, dict[str, Any]]:
    try:
        return option_state.sections(chosen_supernet())
    except DynasError:
        return option_state.sections(None)


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
    meters.check(config.all_metrics, config.settings)
    if needed := missing(config.dynas.supernet, config.settings):
        raise DataError("\n\n".join(needed))
    return config


def measured(names: list[str]) -> list[str]:
    """Those of `names` whose numbers need the network to be run."""
    return [name for name in names if not metric(name).computable]
