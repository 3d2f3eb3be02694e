"""The reference of the configuration: every setting and option, from the model it belongs to."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from engine.config import NASConfig
from engine.meters.registry import BUILT_IN as METERS
from engine.options import OptionField, Options, fields
from engine.search_methods import ALGORITHMS
from engine.settings_section import Section
from engine.supernets import registry

_HEAD = "| setting | value | default | meaning |\n|---|---|---|---|\n"
_INTRODUCTION = """# Configuration

Every setting of a search, with its values, its default and what it means. A file has the sections
below `nas:`, a script has them as attributes of `NASConfig`, and the commands take them with
`--set`. [File formats](../file-formats.md#search-configuration) has a complete file. A setting that
is left out has its default. An unknown name is an error that gives its line.

"""
_OWNERS = {True: "the built-in supernet", False: "the ImageNet supernets"}
_ALGORITHMS = """`search_algorithm` is one of {several} for two objectives and more, and one of
{one} for one objective. [Method](../method.md) describes them.

"""
_NO_BOUND = 10_000_000  # what no setting comes near: limits against absurd files
_TYPES = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "object": "mapping",
    "null": "none",
}


def page() -> str:
    """The Markdown of the page; raises ValueError for a setting without a description."""
    schema = NASConfig.model_json_schema()
    defaults = NASConfig().model_dump(mode="json")
    parts = [_INTRODUCTION + _algorithms(), _section("nas", schema, defaults, schema)]
    for name, field in NASConfig.model_fields.items():
        model = field.annotation
        if isinstance(model, type) and issubclass(model, Section):
            section = schema["$defs"][model.__name__]
            parts.append(_section(f"nas.{name}", section, defaults[name], schema))
    return "\n".join([*parts, *_option_sections()])


def _algorithms() -> str:
    several, one = (
        ", ".join(f"`{a.name}`" for a in ALGORITHMS.values() if a.is_multi_objective is kind)
        for kind in (True, False)
    )
    return _ALGORITHMS.format(several=several, one=one)


def _section(
    title: str, section: Mapping[str, Any], defaults: Mapping[str, Any], whole: Mapping[str, Any]
) -> str:
    rows = [
        _setting_row(title, name, field, defaults[name], whole)
        for name, field in section["properties"].items()
        if "$ref" not in field
    ]
    return f"## {title}\n\n{_HEAD}{''.join(rows)}"


def _setting_row(
    section: str, name: str, field: Mapping[str, Any], default: Any, whole: Mapping[str, Any]
) -> str:
    description = field.get("description")
    if not description:
        raise ValueError(f"The setting {section}.{name} has no description.")
    kinds = field.get("anyOf", [field])
    types = " or ".join(dict.fromkeys(_type(kind, whole) for kind in kinds))
    values = ", ".join(filter(None, (types, *map(_range, kinds))))
    return _row(name, values, _value(default), description)


def _type(kind: Mapping[str, Any], whole: Mapping[str, Any]) -> str:
    if "$ref" in kind:
        kind = whole["$defs"][str(kind["$ref"]).rpartition("/")[2]]
    if choices := kind.get("enum"):
        return "one of " + ", ".join(f"`{choice}`" for choice in choices)
    if kind.get("type") == "array":
        return "list of texts"
    return _TYPES.get(kind.get("type", ""), "any value")


def _range(kind: Mapping[str, Any]) -> str:
    words = {
        "minimum": "≥ {}", "exclusiveMinimum": "> {}",
        "maximum": "≤ {}", "exclusiveMaximum": "< {}",
        "minItems": "{} or more", "maxItems": "at most {}",
    }  # fmt: skip
    bounds = {key: kind[key] for key in words if kind.get(key, _NO_BOUND) < _NO_BOUND}
    return ", ".join(words[key].format(f"{bound:,}") for key, bound in bounds.items())


def _option_sections() -> Iterable[str]:
    """The options of the supernets, tasks and meters of the engine itself, each model once."""
    owners: dict[tuple[str, type[Options]], list[str]] = {}
    for name in registry.names():
        supernet = registry.load(name)
        if type(supernet).__module__.startswith("engine."):
            models = {"supernet_options": supernet.Options, "task_options": supernet.task.Options}
            for section, model in models.items():
                owners.setdefault((section, model), []).append(name)
    for (section, model), names in owners.items():
        title = f"{section}, {_OWNERS[names[0] == registry.DEFAULT]}"
        yield from _option_section(title, f"Of {', '.join(f'`{name}`' for name in names)}.", model)
    for meter in METERS:
        text = f"Of the meter *{meter.label}*."
        yield from _option_section(f"meter_options.{meter.name}", text, meter.Options)


def _option_section(title: str, text: str, model: type[Options]) -> Iterator[str]:
    if rows := "".join(map(_option_row, fields(model))):
        yield f"## {title}\n\n{text}\n\n{_HEAD}{rows}"


def _option_row(option: OptionField) -> str:
    kind: str = "true or false" if option.kind == "boolean" else option.kind
    if option.choices:
        kind = "one of " + ", ".join(f"`{choice}`" for choice in option.choices)
    lowest = "≥ {:,g}" if option.lowest_included else "> {:,g}"
    limits = [
        words.format(bound)
        for words, bound in ((lowest, option.lowest), ("≤ {:,g}", option.highest))
        if bound is not None
    ]
    meaning = f"{option.label}. {option.help}"
    return _row(option.name, ", ".join([kind, *limits]), _value(option.default), meaning)


def _value(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, list):
        return f"`[{', '.join(map(str, value))}]`"
    return f"`{value}`"


def _row(*cells: str) -> str:
    name, *others = (" ".join(cell.split()).replace("|", r"\|") for cell in cells)
    return f"| `{name}` | {' | '.join(others)} |\n"
