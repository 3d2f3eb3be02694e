"""The options of the supernet, its task and the meters, as the New search form holds them.

Each model of options says what there is; nothing here knows an option by its name. An option that
is drawn lives in the session under the key of its owner and its name. What a template says of
others is kept for the search that the form stands for, until what it belongs to changes.
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
"""Where options stand in a configuration: `("task_options",)`, `("meter_options", "latency")`."""

_HELD = "new_search_options"


@dataclass(frozen=True)
class Owner:
    """Whose options: where they stand, what they are called together, and what declares them."""

    setting: Setting
    label: str
    model: type[Options]

    def key(self, name: str) -> str:
        """The session key of one of its options."""
        return option_key(self.setting, name)

    @property
    def drawn(self) -> tuple[OptionField, ...]:
        """The options that a form draws."""
        return tuple(f for f in fields(self.model) if f.form and f.kind != "plain data")


@dataclass
class _Held:
    """What the form holds beside the drawn options.

    `given` is what a template says by setting; `before` what was drawn when it was filled in, by
    session key, to tell whether somebody changed it; `measured` whether the task was in use then.
    """

    supernet: str = ""
    models: tuple[type[Options], ...] = ()
    given: dict[Setting, dict[str, Any]] = field(default_factory=dict)
    before: dict[str, Any] = field(default_factory=dict)
    measured: bool = True


def option_key(setting: Setting, name: str) -> str:
    """The session key of an option, such as `new_task_options.dataset_path`."""
    return f"new_{'.'.join((*setting, name))}"


def key_of(option: str) -> str:
    """The session key of an option as requirements name it, such as `task.dataset_path`."""
    whose, _, name = option.partition(".")
    return option_key((f"{whose}_options",), name)


def owners(supernet: Supernet | None) -> list[Owner]:
    """Everybody with options: the supernet and its task, if it loads, and all meters."""
    found = []
    if supernet is not None:
        found.append(Owner(("supernet_options",), "Supernet", supernet.Options))
        found.append(Owner(("task_options",), "Task", supernet.task.Options))
    known = meters.all_meters()
    found += [Owner(("meter_options", m.name), m.label, m.Options) for m in known]
    return [owner for owner in found if fields(owner.model)]


def put(sections: Mapping[str, Mapping[str, Any]], supernet: str) -> None:
    """Fill in what a template says: the options of a configuration of that supernet."""
    given: dict[Setting, dict[str, Any]] = {}
    for section in SECTIONS[:2]:
        given[section,] = dict(sections.get(section, {}))
    for name, values in sections.get(SECTIONS[2], {}).items():
        given[SECTIONS[2], name] = dict(values)
    found = _loaded(supernet)
    for owner in owners(found):
        said = given.get(owner.setting, {})
        for known in owner.drawn:
            value = said.get(known.name, known.default)
            st.session_state[owner.key(known.name)] = _shown(known, value)
    st.session_state[_HELD] = _Held(supernet, _models(found), given)


def settle(supernet: str) -> bool:
    """Make every option of this supernet and of the meters there; tells whether it is another one.

    What was chosen for another supernet goes on only where this one declares the same option, and
    never a path: that is of the other one's files.
    """
    held, found = _held(), _loaded(supernet)
    changed = held.supernet not in ("", supernet)
    for owner in owners(found):
        of_supernet = owner.setting[0] != SECTIONS[2]
        for known in owner.drawn:
            key = owner.key(known.name)
            shared = owner.model in held.models and known.kind != "path"
            if key not in st.session_state or (changed and of_supernet and not shared):
                st.session_state[key] = _shown(known, known.default)
    if changed:
        held.given.pop((SECTIONS[0],), None)
        held.given.pop((SECTIONS[1],), None)
    held.supernet, held.models = supernet, _models(found)
    return changed


def note_filled() -> None:
    """Remember what is drawn, now that a template and the paths beside it are filled in."""
    held = _held()
    found = _loaded(held.supernet)
    drawn = [(owner, known) for owner in owners(found) for known in owner.drawn]
    held.before = {owner.key(f.name): st.session_state[owner.key(f.name)] for owner, f in drawn}
    held.measured = found is not None and in_use(found)


def choose_source(supernet: Supernet, source: QualitySource) -> None:
    """Let the quality of a supernet come from `source`."""
    chosen = supernet.options_for(source)
    decisive = {name for one in supernet.quality_sources for name in supernet.options_for(one)}
    for owner in owners(supernet):
        for known in owner.drawn:
            if owner.setting == (SECTIONS[0],) and known.name in decisive:
                value = chosen.get(known.name, known.default)
                st.session_state[owner.key(known.name)] = _shown(known, value)


def sections(supernet: Supernet | None) -> dict[str, dict[str, Any]]:
    """The options as a configuration holds them: those with an effect that are not as usual."""
    held = _held()
    found: dict[str, dict[str, Any]] = {section: {} for section in SECTIONS}
    if supernet is None:  # nobody knows what these are, and they are as they were given
        for section in SECTIONS[:2]:
            found[section] = dict(held.given.get((section,), {}))
    for owner in owners(supernet):
        if values := dict(_said(owner, held, supernet)):
            if len(owner.setting) > 1:
                found[owner.setting[0]][owner.setting[1]] = values
            else:
                found[owner.setting[0]] = values
    return found


def in_use(supernet: Supernet) -> bool:
    """Whether the task has a part in the search: its data measures quality."""
    try:
        return supernet.quality_source(EvaluationSettings(supernet=_chosen(supernet))) == "measured"
    except DynasError:
        return True  # the form says what is wrong


def values(owner: Owner) -> dict[str, Any]:
    """All drawn options of an owner as they stand."""
    return {f.name: _entered(f, st.session_state[owner.key(f.name)]) for f in owner.drawn}


def unusual(some: Sequence[Owner]) -> bool:
    """Whether a drawn option of some owners is not as it is by default."""
    return any(values(owner)[f.name] != f.default for owner in some for f in owner.drawn)


def with_effect(owner: Owner) -> set[str]:
    """The names of its options that have an effect as the others stand."""
    every = {f.name: f.default for f in fields(owner.model)} | values(owner)
    return every.keys() - unused_options(owner.model, every)


def _said(owner: Owner, held: _Held, supernet: Supernet | None) -> Iterator[tuple[str, Any]]:
    """What the configuration says of an owner's options."""
    known = {f.name: f for f in fields(owner.model)}
    drawn, given = values(owner), held.given.get(owner.setting, {})
    idle = owner.setting == (SECTIONS[1],) and supernet is not None and not in_use(supernet)
    working = set() if idle else with_effect(owner) & drawn.keys()
    for name, option in known.items():
        if name in working:
            if drawn[name] != option.default:
                yield name, drawn[name]
        elif name in given and not (idle and held.measured):
            belongs_to = _belongs_to(option, known)
            if not any(_changed(owner, held, other) for other in belongs_to):
                yield name, given[name]


def _belongs_to(option: OptionField, known: Mapping[str, OptionField]) -> set[str]:
    """The options by which another one stands or falls."""
    found, wait = set(), {*option.made_from, *(option.when or ())[:1]}
    while wait:
        name = wait.pop()
        if name not in found and name in known:
            found.add(name)
            wait |= {*(known[name].when or ())[:1]}
    return found


def _changed(owner: Owner, held: _Held, name: str) -> bool:
    key = owner.key(name)
    return key in held.before and st.session_state[key] != held.before[key]


def _chosen(supernet: Supernet) -> dict[str, Any]:
    """The options of a supernet that have an effect, as they are drawn."""
    mine = [owner for owner in owners(supernet) if owner.setting == (SECTIONS[0],)]
    return {n: v for owner in mine for n, v in values(owner).items() if n in with_effect(owner)}


def _shown(known: OptionField, value: Any) -> Any:
    """An option as its field holds it."""
    if known.kind in ("path", "text"):
        return value or ""
    return float(value) if known.kind == "number" and value is not None else value


def _entered(known: OptionField, value: Any) -> Any:
    """An option as the configuration holds it."""
    if known.kind in ("path", "text"):
        text = (value or "").strip()
        return None if known.optional and not text else text
    return value


def _held() -> _Held:
    held: _Held = st.session_state.setdefault(_HELD, _Held())
    return held


def _models(supernet: Supernet | None) -> tuple[type[Options], ...]:
    return () if supernet is None else (supernet.Options, supernet.task.Options)


def _loaded(name: str) -> Supernet | None:
    try:
        return registry.load(name)
    except DynasError:
        return None
