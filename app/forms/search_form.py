"""The state of the New search form, and the options that are available in it."""

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import streamlit as st

from app.access import policy as access
from app.forms import option_state, usual_budget
from app.forms.cluster_look import check_cluster
from app.forms.field_values import config_data, form_values
from app.forms.keys import CLUSTER, key
from app.forms.option_owners import SECTIONS, cluster_address
from app.supernets import checklist
from engine.config import NASConfig
from engine.constraints import Constraint, parse_constraints
from engine.errors import ConfigError, DataError, DynasError
from engine.meters import registry as meters
from engine.metrics import metric_names
from engine.requirements import QualitySource
from engine.search import approaches
from engine.search_methods import APPROACHES, algorithms_for
from engine.supernets import registry
from engine.supernets.base import EvaluationSettings, Supernet

_TEMPLATE = "new_search_template"
_TEMPLATE_NOTE = "new_search_template_note"
_CLEAR_NAME = "new_search_named"


def use_as_template(config: NASConfig, note: str = "") -> None:
    """Fill the form with `config` when it is drawn next; `note` says where that comes from.

    Raises ConfigError for a configuration with choices, which only a script can search.
    """
    if config.search.search_space is not None:
        raise ConfigError(
            "This configuration has a search_space, and only functions of a script can evaluate "
            "its choices. Search it in Python: NAS(config, evaluate=...)."
        )
    fill_next(form_values(config), note)


def fill_next(fields: Mapping[str, Any], note: str = "") -> None:
    """Fill the form with these fields, those of `form_values`, when it is drawn next."""
    st.session_state[_TEMPLATE], st.session_state[_TEMPLATE_NOTE] = dict(fields), note


def is_begun() -> bool:
    """Whether the form was drawn in this visit, or a template is to fill it."""
    return _TEMPLATE in st.session_state or key("supernet") in st.session_state


def template_notes() -> list[str]:
    """What the form was filled with, as sentences; empty without a template of a run."""
    return list(filter(None, [st.session_state.get(_TEMPLATE_NOTE, "")]))


def clear_name() -> None:
    """Clear the name, and what was said of a template, when the form is drawn next."""
    st.session_state[_CLEAR_NAME], st.session_state[_TEMPLATE_NOTE] = True, ""


def max_workers() -> int:
    """The largest number of workers: one for each core of this machine."""
    return max(1, os.cpu_count() or 1)


def fill() -> bool:
    """Fill in a template or defaults, before any field; returns whether it was a template."""
    template = st.session_state.pop(_TEMPLATE, None)
    values = template or form_values(NASConfig())
    for field, value in values.items():
        is_overwritten = template is not None or key(field) not in st.session_state
        if is_overwritten and field not in SECTIONS:
            st.session_state[key(field)] = value
    usual_budget.follow(is_template=template is not None)
    if template is not None:
        option_state.fill({s: values[s] for s in SECTIONS}, values["supernet"])
    if st.session_state.pop(_CLEAR_NAME, False) or key("name") not in st.session_state:
        st.session_state[key("name")] = ""
    return template is not None


def resolve_conflicts() -> None:
    """Correct values that exclude each other; call it before any field."""
    state = st.session_state
    available = available_metrics()
    objectives = dict.fromkeys(
        name if name in available else _replacement_metric(name) for name in _objectives()
    )
    state[key("metrics")] = [name for name in available if name in objectives]
    state[key("constraints")] = canonical_constraints(state[key("constraints")] or [])
    state[key("record")] = [
        name
        for name in state[key("record")] or []
        if name not in state[key("metrics")] and name in available
    ]
    state[key("workers")] = min(state[key("workers")], max_workers())
    if exclusive_metrics():
        state[key("workers")] = 1
    if state[key("algorithm")] not in fitting_algorithms():
        state[key("algorithm")] = fitting_algorithms()[0]
    if has_population():
        max_population = max(2, state[key("evaluations")])
        state[key("population")] = min(state[key("population")], max_population)


def load_supernet(name: str) -> Supernet:
    """The supernet called `name`; raises DynasError if it does not load."""
    return registry.load(name)


def selected_supernet() -> Supernet:
    """The selected supernet; raises DynasError if it does not load."""
    return load_supernet(st.session_state[key("supernet")])


def evaluation_settings() -> EvaluationSettings:
    """The evaluation settings of the form, valid or not."""
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
    """The source of quality with the current values."""
    try:
        return selected_supernet().quality_source(evaluation_settings())
    except DynasError:
        return "measured"


def available_metrics() -> list[str]:
    """The metrics that are available for the selected supernet."""
    try:
        return list(meters.sources(selected_supernet(), evaluation_settings()))
    except DynasError:
        return metric_names()


def cost_ranges() -> Mapping[str, tuple[float, float]]:
    """The least and the greatest value of each exact cost of the selected supernet.

    Empty for a space with unordered choices, whose ends are not known.
    """
    try:
        supernet = selected_supernet().with_options(evaluation_settings())
        return supernet.cost_ranges if supernet.space.ordered.all() else {}
    except DynasError:
        return {}


def _objectives() -> list[str]:
    return list(st.session_state[key("metrics")] or [])


def _replacement_metric(name: str) -> str:
    """The main quality of the selected supernet for one that it lacks; else the same name."""
    with suppress(DynasError):  # the form says what is wrong with the supernet
        if meters.meter_of(name) is meters.QUALITY:
            return selected_supernet().task.metrics[0].name
    return name


def supernet_names() -> list[str]:
    """The names of all supernets."""
    return registry.names()


@st.cache_data(ttl=15, show_spinner=False)
def missing_requirements(supernet: str, settings: EvaluationSettings) -> list[str]:
    """A sentence for each missing requirement of a search; cached for some seconds."""
    try:
        return load_supernet(supernet).missing_requirements(settings)
    except DynasError as error:
        return [str(error)]


def ready_sources(name: str) -> list[QualitySource]:
    """The sources of quality for which a supernet has all requirements."""
    try:
        return checklist.ready_sources(checklist.rows(load_supernet(name), 0.0))
    except DynasError:
        return []


def fitting_algorithms() -> tuple[str, ...]:
    """The search algorithms for the number of selected objectives."""
    return algorithms_for(len(_objectives()) or 2)


def has_population() -> bool:
    """Whether the selected approach has a population."""
    return APPROACHES[st.session_state[key("approach")]].uses_population


def has_predictors() -> bool:
    """Whether the selected approach has predictors."""
    return APPROACHES[st.session_state[key("approach")]].uses_predictors


def requested_metrics() -> list[str]:
    """All metrics of the form: objectives, recorded ones, constrained ones."""
    metric_names = [*_objectives(), *(st.session_state[key("record")] or [])]
    metric_names += [constraint.metric.name for constraint in readable_constraints()]
    return list(dict.fromkeys(metric_names))


def canonical_constraints(texts: Sequence[str]) -> list[str]:
    """Each constraint once as it is written to files; a text that cannot be read stays."""
    written: list[str] = []
    for text in texts:
        try:
            written += map(str, parse_constraints(text))
        except ConfigError:
            written.append(text)
    return list(dict.fromkeys(written))


def readable_constraints() -> list[Constraint]:
    """The constraints of the form, without texts that cannot be read."""
    constraints: list[Constraint] = []
    for text in st.session_state[key("constraints")] or []:
        with suppress(DynasError):  # the field says what is wrong
            constraints += parse_constraints(text)
    return constraints


def constraint_problems() -> list[str]:
    """What is wrong with the constraints that cannot be read, a sentence each."""
    problems = []
    for text in st.session_state[key("constraints")] or []:
        try:
            parse_constraints(text)
        except ConfigError as error:
            problems.append(str(error))
    return problems


def exclusive_metrics() -> list[str]:
    """The requested metrics that need the machine for themselves."""
    try:
        return meters.machine_metrics(requested_metrics(), evaluation_settings())
    except DynasError:
        return []


def current_values() -> dict[str, Any]:
    """The current values of the form's fields."""
    fields = [field for field in form_values(NASConfig()) if field not in SECTIONS]
    return {**{field: st.session_state[key(field)] for field in fields}, **_options()}


def _options() -> dict[str, dict[str, Any]]:
    try:
        return option_state.sections(selected_supernet())
    except DynasError:
        return option_state.sections(None)


def current_settings() -> EvaluationSettings:
    """The evaluation settings of the form; raises DynasError if the form is invalid."""
    return _checked_config().settings


def _checked_config() -> NASConfig:
    """The form's configuration, after a check of the files and the cluster that it names."""
    if st.session_state[key("place")] == CLUSTER and not cluster_address():
        raise ConfigError("Name the cluster by its address, such as tcp://scheduler:8786.")
    config = NASConfig.from_dict(config_data(current_values()))
    access.current().check_config(config)
    return config


def current_config() -> NASConfig:
    """The configuration of the form; raises DynasError if it cannot be started."""
    config = _checked_config()
    if config.dynas.cluster:
        check_cluster(config.dynas.cluster, option_state.cluster_options())
    approaches.check(config, load_supernet(config.dynas.supernet))
    meters.check(config.all_metrics, config.settings)
    if missing := missing_requirements(config.dynas.supernet, config.settings):
        raise DataError("\n\n".join(missing))
    return config
