"""Settings given as `name=value` that replace those of a configuration file."""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from engine import yaml_text
from engine.cluster_kinds import DASK, ClusterKind, kinds
from engine.config import NASConfig, ParsedConfig
from engine.config_sections import DynasSection, SearchSection, StopSection
from engine.errors import ConfigError, DynasError
from engine.former_options import FORMER_OPTIONS
from engine.meters import registry as meters
from engine.published_settings import IGNORED, MOVED
from engine.quoting import quoted
from engine.settings_section import Section
from engine.supernets import registry

SettingPath = tuple[str, ...]
"""The sections around a setting, from the outermost one, and its name."""

_SECTIONS: dict[str, type[Section]] = {
    "search": SearchSection,
    "stop": StopSection,
    "dynas": DynasSection,
}
_CLUSTER = "dynas.cluster"
_LIMITS = yaml_text.Limits(characters=10_000, values=1_000, depth=5)
_MAX_NAME = 100  # characters of a name that is compared with the names of settings


def with_assignments(config: NASConfig, assignments: Sequence[str]) -> NASConfig:
    """`config` with `assignments` such as `device=cuda`, `metrics=[acc, lat]` or `stop.cycles=5`.

    A name may omit the sections around the setting if it is unambiguous; a value is read as YAML.
    Raises ConfigError for a text without `=`, an unknown setting or an invalid value.
    """
    parsed = _with_assignments(config, assignments)
    if parsed.notice:
        warnings.warn(parsed.notice, UserWarning, stacklevel=2)
    return parsed.config


def _with_assignments(config: NASConfig, assignments: Sequence[str]) -> ParsedConfig:
    settings: dict[str, Any] = config.to_dict()["nas"]
    for name in ("metrics", "workers"):
        if name not in config.dynas.model_fields_set:
            settings["dynas"].pop(name, None)  # which may follow from other settings than before
    settings["dynas"] |= config.dynas.waiting_options
    assigned, _ = apply_assignments(settings, assignments)
    return NASConfig.read_dict(assigned)


def read_configuration(file: Path | None, assignments: Sequence[str]) -> ParsedConfig:
    """The configuration in a YAML file, or the default one, with `assignments`; and a notice.

    An error in the file counts only if no assignment replaces that setting. Raises ConfigError.
    """
    if file is None:
        return _with_assignments(NASConfig(), assignments)
    return NASConfig.read_file(file, lambda data: apply_assignments(data, assignments))


def apply_assignments(
    data: Mapping[str, Any], assignments: Sequence[str]
) -> tuple[dict[str, Any], list[SettingPath]]:
    """A copy of the unchecked settings in `data` with `assignments`, and the assigned paths.

    Supernet and cluster are assigned first because they decide which options exist. Raises
    ConfigError for a text without `=` or an unknown setting.
    """
    settings, paths = dict(data), []
    for text in sorted(assignments, key=_is_later):
        name, sign, value = text.partition("=")
        if not sign or not name.strip():
            raise ConfigError(
                f"{quoted(text)} gives no value. Write name=value, such as device=cpu."
            )
        path = _find_setting(name.strip(), settings)
        for alias in _aliases(path):
            _remove(settings, alias)
        _set(settings, path, _parse_value(text, value))
        paths.append(path)
    return settings, paths


def assigns(assignments: Sequence[str], setting: str) -> bool:
    """Whether one of the `assignments` sets a setting such as `dynas.supernet`."""
    names = [text.partition("=")[0].strip() for text in assignments]
    return any(name in (setting, setting.rpartition(".")[2]) for name in names)


def _is_later(assignment: str) -> bool:
    """Whether an assignment may depend on one of another setting."""
    return not any(assigns([assignment], setting) for setting in ("dynas.supernet", _CLUSTER))


def _named(data: Mapping[str, Any], setting: str, default: str) -> str:
    """A text among the unchecked settings of the section `dynas`."""
    dynas = data.get("dynas")
    name = dynas.get(setting) if isinstance(dynas, Mapping) else None
    return name if isinstance(name, str) else default


def _set(data: dict[str, Any], path: SettingPath, value: Any) -> None:
    """Set a setting; if a section on the way is no mapping, validation refuses it later."""
    section = data
    for name in path[:-1]:
        subsection = section.get(name)
        if subsection is not None and not isinstance(subsection, Mapping):
            return
        section[name] = section = dict(subsection or {})
    section[path[-1]] = value


def _remove(data: dict[str, Any], path: SettingPath) -> None:
    section = data
    for name in path[:-1]:
        subsection = section.get(name)
        if not isinstance(subsection, Mapping):
            return
        section[name] = section = dict(subsection)
    section.pop(path[-1], None)


def _aliases(path: SettingPath) -> Iterator[SettingPath]:
    """The other paths under which the setting at `path` can be given."""
    for published_path, present_path in MOVED.items():
        if present_path == path:
            yield tuple(map(str, published_path))
    for name, option in FORMER_OPTIONS.items():
        former_path, current_path = ("dynas", name), ("dynas", *option.path)
        if path == former_path:
            yield current_path
        elif path == current_path:
            yield former_path


def _find_setting(name: str, settings: Mapping[str, Any]) -> SettingPath:
    """The path of the setting that `name` names, by its path or the end of its path.

    Settings of sections take precedence over options of built-in meters, the supernet and its task,
    those over options of installed packages' meters, and those over options of the cluster.
    """
    supernet = _named(settings, "supernet", registry.DEFAULT)
    if (former := name.removeprefix("dynas.")) in FORMER_OPTIONS or former in IGNORED:
        return "dynas", former
    if (published := _published_setting(name)) is not None:
        return published
    by_precedence: list[list[SettingPath]] = [
        [
            ("approach",),
            *((of, field) for of, model in _SECTIONS.items() for field in model.model_fields),
        ],
        [*_meter_options(built_in=True), *_network_options(supernet)],
        [*_meter_options(built_in=False)],
        [*_cluster_options(_named(settings, "cluster", ""))],
    ]
    for paths in by_precedence:
        matches = [path for path in paths if name in _suffixes(path)]
        if len(matches) == 1:
            return matches[0]
        if matches:
            names = ", ".join(".".join(path[-2:]) for path in matches)
            raise ConfigError(
                f"Several settings are called {quoted(name)}: {names}. Name one of them."
            )
    raise ConfigError(_unknown_setting(name, [path for paths in by_precedence for path in paths]))


def _published_setting(name: str) -> SettingPath | None:
    """The present path of a setting by its published name or path; None if it has another."""
    for path in (tuple(name.split(".")), ("dynas", name)):
        if path in MOVED:
            return tuple(map(str, MOVED[path]))
    return None


def _suffixes(path: SettingPath) -> list[str]:
    """The names of a setting, from its last component to its whole path."""
    return [".".join(path[start:]) for start in reversed(range(len(path)))]


def _unknown_setting(name: str, paths: Sequence[SettingPath]) -> str:
    short_names = dict.fromkeys(path[-1] for path in paths)
    names = dict.fromkeys((*short_names, *(name for path in paths for name in _suffixes(path))))
    others = [*names, *sorted(DynasSection.other_names)]
    close = get_close_matches(name, others, n=1) if len(name) <= _MAX_NAME else []
    suggestion = f" Did you mean {close[0]}?" if close else ""
    return f"There is no setting {quoted(name)}. Choose from: {', '.join(short_names)}.{suggestion}"


def _meter_options(built_in: bool) -> Iterator[SettingPath]:
    for meter in meters.all_meters():
        if (meter in meters.BUILT_IN) == built_in:
            yield from (
                ("dynas", "meter_options", meter.name, option)
                for option in meter.Options.model_fields
            )


def _network_options(supernet_name: str) -> Iterator[SettingPath]:
    """The paths of the options of a supernet and its task; none if it cannot be loaded."""
    try:
        supernet = registry.load(supernet_name)
    except DynasError:
        return
    models = {"supernet_options": supernet.Options, "task_options": supernet.task.Options}
    for section, model in models.items():
        yield from (("dynas", section, option) for option in model.model_fields)


def _cluster_options(address: str) -> Iterator[SettingPath]:
    """The paths of the options of a cluster; of Dask, if nothing is known of the address."""
    kind = kinds().get(address.partition("://")[0])
    model = kind.options if isinstance(kind, ClusterKind) else DASK.options
    yield from (("dynas", "cluster_options", option) for option in model.model_fields)


def _parse_value(assignment: str, value: str) -> Any:
    try:
        return yaml_text.read(value, _LIMITS).data
    except yaml_text.YamlError as error:
        raise ConfigError(
            f"The value of {quoted(assignment)} cannot be read: {error}. Write a number, a text or "
            "a list such as [acc, macs]."
        ) from None
