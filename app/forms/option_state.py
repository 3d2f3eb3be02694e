"""Session state of the options of supernet, task, meters and cluster in the New search form.

The options models define which options exist; no option is named here. A drawn option is stored
in the session under the key of its owner and its name. A template's values of options that are not
drawn are kept for the search that the form describes, until an option that they depend on changes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from app.forms.option_owners import (
    CLUSTER_OPTIONS,
    METER_OPTIONS,
    SECTIONS,
    SUPERNET_OPTIONS,
    TASK_OPTIONS,
    Owner,
    Setting,
    cluster_address,
    cluster_owner,
    owners,
)
from app.forms.option_values import config_value, field_value
from engine.errors import DynasError
from engine.evaluation_settings import EvaluationSettings
from engine.options import OptionField, Options, fields, unused_options
from engine.requirements import QualitySource
from engine.supernets import registry
from engine.supernets.base import Supernet

_STORE = "new_search_options"


@dataclass
class _OptionStore:
    """State of the form beside the drawn options.

    `template_values` holds a template's options by setting; `initial_values` the drawn options
    after it was filled in, by session key, to detect changes; `task_was_used` is as of then.
    `cluster_model` is that of the kind of clusters whose options are in the session.
    """

    supernet: str = ""
    models: tuple[type[Options], ...] = ()
    template_values: dict[Setting, dict[str, Any]] = field(default_factory=dict)
    initial_values: dict[str, Any] = field(default_factory=dict)
    task_was_used: bool = True
    cluster_model: type[Options] | None = None


def fill(sections: Mapping[str, Mapping[str, Any]], supernet: str) -> None:
    """Fill in a template: the options of a configuration of that supernet."""
    template_values: dict[Setting, dict[str, Any]] = {}
    for section in (SUPERNET_OPTIONS, TASK_OPTIONS, CLUSTER_OPTIONS):
        template_values[section,] = dict(sections.get(section, {}))
    for name, values in sections.get(METER_OPTIONS, {}).items():
        template_values[METER_OPTIONS, name] = dict(values)
    loaded_supernet = _load_or_none(supernet)
    for owner in owners(loaded_supernet):
        owner_values = template_values.get(owner.setting, {})
        for option in owner.drawn:
            value = owner_values.get(option.name, option.default)
            st.session_state[owner.key(option.name)] = field_value(option, value)
    st.session_state[_STORE] = _OptionStore(
        supernet, _option_models(loaded_supernet), template_values, cluster_model=_cluster_model()
    )


def ensure_options(supernet: str) -> bool:
    """Add missing options of supernet, meters and cluster; returns whether the supernet changed.

    Values for the previous supernet are kept only if both declare the same options, and never
    for paths: these name the files of the previous one. Those of a cluster are kept for another
    one of its kind.
    """
    store, loaded_supernet = _option_store(), _load_or_none(supernet)
    is_other_supernet = store.supernet not in ("", supernet)
    cluster_model = _cluster_model()
    is_other_kind = cluster_model is not None and cluster_model is not store.cluster_model
    replaced = {SUPERNET_OPTIONS, TASK_OPTIONS} if is_other_supernet else set()
    replaced |= {CLUSTER_OPTIONS} if is_other_kind else set()
    for owner in owners(loaded_supernet):
        for option in owner.drawn:
            is_shared = owner.model in store.models and option.kind != "path"
            is_replaced = owner.setting[0] in replaced and not is_shared
            if is_replaced or owner.key(option.name) not in st.session_state:
                st.session_state[owner.key(option.name)] = field_value(option, option.default)
    for section in replaced:
        store.template_values.pop((section,), None)
    store.supernet, store.models = supernet, _option_models(loaded_supernet)
    store.cluster_model = cluster_model or store.cluster_model
    return is_other_supernet


def record_initial_values() -> None:
    """Record the drawn values after a template and stored paths were filled in."""
    store = _option_store()
    loaded_supernet = _load_or_none(store.supernet)
    drawn = [(owner, option) for owner in owners(loaded_supernet) for option in owner.drawn]
    store.initial_values = {
        owner.key(f.name): st.session_state[owner.key(f.name)] for owner, f in drawn
    }
    store.task_was_used = loaded_supernet is not None and is_task_used(loaded_supernet)


def choose_source(supernet: Supernet, source: QualitySource) -> None:
    """Set the options of a supernet so that its quality comes from `source`."""
    source_options = supernet.options_for(source)
    source_option_names = {
        name
        for other_source in supernet.quality_sources
        for name in supernet.options_for(other_source)
    }
    for owner in owners(supernet):
        for option in owner.drawn:
            if owner.setting == (SUPERNET_OPTIONS,) and option.name in source_option_names:
                value = source_options.get(option.name, option.default)
                st.session_state[owner.key(option.name)] = field_value(option, value)


def sections(supernet: Supernet | None) -> dict[str, dict[str, Any]]:
    """The options for a configuration: those that have an effect and differ from their default."""
    store = _option_store()
    config_sections: dict[str, dict[str, Any]] = {section: {} for section in SECTIONS}
    # Unknown options keep their template values.
    unknown = [] if supernet else [SUPERNET_OPTIONS, TASK_OPTIONS]
    unknown += [CLUSTER_OPTIONS] if cluster_address() and cluster_owner() is None else []
    for section in unknown:
        config_sections[section] = dict(store.template_values.get((section,), {}))
    for owner in owners(supernet):
        if values := dict(_config_values(owner, store, supernet)):
            if len(owner.setting) > 1:
                config_sections[owner.setting[0]][owner.setting[1]] = values
            else:
                config_sections[owner.setting[0]] = values
    return config_sections


def cluster_options() -> dict[str, Any]:
    """The options of the cluster as `sections` has them."""
    owner = cluster_owner()
    return dict(_config_values(owner, _option_store(), None)) if owner else {}


def is_task_used(supernet: Supernet) -> bool:
    """Whether the search uses the task: its data measures quality."""
    try:
        settings = EvaluationSettings(supernet=_effective_supernet_options(supernet))
        return supernet.quality_source(settings) == "measured"
    except DynasError:
        return True  # the form says what is wrong


def values(owner: Owner) -> dict[str, Any]:
    """The current values of all drawn options of an owner."""
    return {f.name: config_value(f, st.session_state[owner.key(f.name)]) for f in owner.drawn}


def has_changes(selected_owners: Sequence[Owner]) -> bool:
    """Whether a drawn option of these owners differs from its default."""
    return any(values(owner)[f.name] != f.default for owner in selected_owners for f in owner.drawn)


def effective_options(owner: Owner) -> set[str]:
    """The names of the owner's options that have an effect with the current values."""
    all_values = {f.name: f.default for f in fields(owner.model)} | values(owner)
    return all_values.keys() - unused_options(owner.model, all_values)


def _config_values(
    owner: Owner, store: _OptionStore, supernet: Supernet | None
) -> Iterator[tuple[str, Any]]:
    """The names and values of an owner's options that the configuration holds."""
    options = {f.name: f for f in fields(owner.model)}
    drawn_values, template_values = values(owner), store.template_values.get(owner.setting, {})
    is_unused = (
        owner.setting == (TASK_OPTIONS,) and supernet is not None and not is_task_used(supernet)
    )
    effective = set() if is_unused else effective_options(owner) & drawn_values.keys()
    for name, option in options.items():
        if name in effective:
            if drawn_values[name] != option.default:
                yield name, drawn_values[name]
        elif name in template_values and not (is_unused and store.task_was_used):
            dependencies = _dependencies(option, options)
            if not any(_is_changed(owner, store, other) for other in dependencies):
                yield name, template_values[name]


def _dependencies(option: OptionField, options: Mapping[str, OptionField]) -> set[str]:
    """The names of the options that `option` depends on."""
    dependencies, pending = set(), {*option.made_from, *(option.when or ())[:1]}
    while pending:
        name = pending.pop()
        if name not in dependencies and name in options:
            dependencies.add(name)
            pending |= {*(options[name].when or ())[:1]}
    return dependencies


def _is_changed(owner: Owner, store: _OptionStore, name: str) -> bool:
    key = owner.key(name)
    return key in store.initial_values and st.session_state[key] != store.initial_values[key]


def _effective_supernet_options(supernet: Supernet) -> dict[str, Any]:
    """The drawn options of a supernet that have an effect."""
    supernet_owners = [owner for owner in owners(supernet) if owner.setting == (SUPERNET_OPTIONS,)]
    return {
        n: v
        for owner in supernet_owners
        for n, v in values(owner).items()
        if n in effective_options(owner)
    }


def _option_store() -> _OptionStore:
    store: _OptionStore = st.session_state.setdefault(_STORE, _OptionStore())
    return store


def _cluster_model() -> type[Options] | None:
    cluster = cluster_owner()
    return cluster.model if cluster else None


def _option_models(supernet: Supernet | None) -> tuple[type[Options], ...]:
    return () if supernet is None else (supernet.Options, supernet.task.Options)


def _load_or_none(name: str) -> Supernet | None:
    try:
        return registry.load(name)
    except DynasError:
        return None
