"""Session state of the options of the supernet, its task and the meters in the New search form.

The options models define which options exist; no option is named here. A drawn option is stored
in the session under the key of its owner and its name. A template's values of options that are not
drawn are kept for the search that the form describes, until an option that they depend on changes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from engine.errors import DynasError
from engine.evaluation_settings import EvaluationSettings
from engine.meters import registry as meters
from engine.options import OptionField, Options, fields, unused_options
from engine.requirements import QualitySource
from engine.supernets import registry
from engine.supernets.base import Supernet

SECTIONS = ("supernet_options", "task_options", "meter_options")
"""The settings of a configuration that hold options."""

Setting = tuple[str, ...]
"""The path of options in a configuration: `("task_options",)`, `("meter_options", "latency")`."""

_STORE = "new_search_options"


@dataclass(frozen=True)
class Owner:
    """A supernet, task or meter with options: their setting, label and model."""

    setting: Setting
    label: str
    model: type[Options]

    def key(self, name: str) -> str:
        """The session key of the option `name`."""
        return option_key(self.setting, name)

    @property
    def drawn(self) -> tuple[OptionField, ...]:
        """The options that a form draws."""
        return tuple(f for f in fields(self.model) if f.form and f.kind != "plain data")


@dataclass
class _OptionStore:
    """State of the form beside the drawn options.

    `template_values` holds a template's options by setting; `initial_values` the drawn options
    after it was filled in, by session key, to detect changes; `task_was_used` is as of then.
    """

    supernet: str = ""
    models: tuple[type[Options], ...] = ()
    template_values: dict[Setting, dict[str, Any]] = field(default_factory=dict)
    initial_values: dict[str, Any] = field(default_factory=dict)
    task_was_used: bool = True


def option_key(setting: Setting, name: str) -> str:
    """The session key of an option, such as `new_task_options.dataset_path`."""
    return f"new_{'.'.join((*setting, name))}"


def key_of(option: str) -> str:
    """The session key of an option as requirements name it, such as `task.dataset_path`."""
    whose, _, name = option.partition(".")
    return option_key((f"{whose}_options",), name)


def owners(supernet: Supernet | None) -> list[Owner]:
    """All owners of options: the supernet and its task, if it loads, and the meters."""
    all_owners = []
    if supernet is not None:
        all_owners.append(Owner(("supernet_options",), "Supernet", supernet.Options))
        all_owners.append(Owner(("task_options",), "Task", supernet.task.Options))
    available_meters = meters.all_meters()
    all_owners += [Owner(("meter_options", m.name), m.label, m.Options) for m in available_meters]
    return [owner for owner in all_owners if fields(owner.model)]


def fill(sections: Mapping[str, Mapping[str, Any]], supernet: str) -> None:
    """Fill in a template: the options of a configuration of that supernet."""
    template_values: dict[Setting, dict[str, Any]] = {}
    for section in SECTIONS[:2]:
        template_values[section,] = dict(sections.get(section, {}))
    for name, values in sections.get(SECTIONS[2], {}).items():
        template_values[SECTIONS[2], name] = dict(values)
    loaded_supernet = _load_or_none(supernet)
    for owner in owners(loaded_supernet):
        owner_values = template_values.get(owner.setting, {})
        for option in owner.drawn:
            value = owner_values.get(option.name, option.default)
            st.session_state[owner.key(option.name)] = _field_value(option, value)
    st.session_state[_STORE] = _OptionStore(
        supernet, _option_models(loaded_supernet), template_values
    )


def ensure_options(supernet: str) -> bool:
    """Add missing options of this supernet and the meters; returns whether the supernet changed.

    Values for the previous supernet are kept only if both declare the same options, and never
    for paths: these name the files of the previous one.
    """
    store, loaded_supernet = _option_store(), _load_or_none(supernet)
    is_other_supernet = store.supernet not in ("", supernet)
    for owner in owners(loaded_supernet):
        belongs_to_supernet = owner.setting[0] != SECTIONS[2]
        for option in owner.drawn:
            key = owner.key(option.name)
            is_shared = owner.model in store.models and option.kind != "path"
            if key not in st.session_state or (
                is_other_supernet and belongs_to_supernet and not is_shared
            ):
                st.session_state[key] = _field_value(option, option.default)
    if is_other_supernet:
        store.template_values.pop((SECTIONS[0],), None)
        store.template_values.pop((SECTIONS[1],), None)
    store.supernet, store.models = supernet, _option_models(loaded_supernet)
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
            if owner.setting == (SECTIONS[0],) and option.name in source_option_names:
                value = source_options.get(option.name, option.default)
                st.session_state[owner.key(option.name)] = _field_value(option, value)


def sections(supernet: Supernet | None) -> dict[str, dict[str, Any]]:
    """The options for a configuration: those that have an effect and differ from their default."""
    store = _option_store()
    config_sections: dict[str, dict[str, Any]] = {section: {} for section in SECTIONS}
    if supernet is None:  # unknown options keep their template values
        for section in SECTIONS[:2]:
            config_sections[section] = dict(store.template_values.get((section,), {}))
    for owner in owners(supernet):
        if values := dict(_config_values(owner, store, supernet)):
            if len(owner.setting) > 1:
                config_sections[owner.setting[0]][owner.setting[1]] = values
            else:
                config_sections[owner.setting[0]] = values
    return config_sections


def is_task_used(supernet: Supernet) -> bool:
    """Whether the search uses the task: its data measures quality."""
    try:
        settings = EvaluationSettings(supernet=_effective_supernet_options(supernet))
        return supernet.quality_source(settings) == "measured"
    except DynasError:
        return True  # the form says what is wrong


def values(owner: Owner) -> dict[str, Any]:
    """The current values of all drawn options of an owner."""
    return {f.name: _config_value(f, st.session_state[owner.key(f.name)]) for f in owner.drawn}


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
        owner.setting == (SECTIONS[1],) and supernet is not None and not is_task_used(supernet)
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
    supernet_owners = [owner for owner in owners(supernet) if owner.setting == (SECTIONS[0],)]
    return {
        n: v
        for owner in supernet_owners
        for n, v in values(owner).items()
        if n in effective_options(owner)
    }


def _field_value(option: OptionField, value: Any) -> Any:
    """The value of an option in its field."""
    if option.kind in ("path", "text"):
        return value or ""
    return float(value) if option.kind == "number" and value is not None else value


def _config_value(option: OptionField, value: Any) -> Any:
    """The value of an option in the configuration."""
    if option.kind in ("path", "text"):
        text = (value or "").strip()
        return None if option.optional and not text else text
    return value


def _option_store() -> _OptionStore:
    store: _OptionStore = st.session_state.setdefault(_STORE, _OptionStore())
    return store


def _option_models(supernet: Supernet | None) -> tuple[type[Options], ...]:
    return () if supernet is None else (supernet.Options, supernet.task.Options)


def _load_or_none(name: str) -> Supernet | None:
    try:
        return registry.load(name)
    except DynasError:
        return None
