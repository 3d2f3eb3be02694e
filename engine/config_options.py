"""The options of supernets, tasks and meters inside a configuration."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from engine import cluster_kinds
from engine.devices import DEVICE, Precision
from engine.errors import DynasError
from engine.evaluation_settings import EvaluationSettings
from engine.former_options import FORMER_OPTIONS, SECTIONS, FormerOption
from engine.meters import registry as meters
from engine.options import Options, non_default_values, path_option_names
from engine.quoting import quoted
from engine.setting_errors import SettingPath, error_details
from engine.supernets import registry
from engine.supernets.base import Supernet

SUPERNET, TASK, METERS = SECTIONS["supernet"], SECTIONS["task"], SECTIONS["meters"]
CLUSTER = cluster_kinds.OPTIONS


def _no_int8(value: Any) -> Any:
    if value == "int8":
        raise ValueError(
            "networks are evaluated in fp32 or bf16, and quantised to int8 after that. Set "
            "precision to fp32, and name acc_int8, lat_int8 or size_int8 in metrics, record or "
            "constraints"
        )
    return value


PrecisionSetting = Annotated[Precision, BeforeValidator(_no_int8)]
"""The precision of a search, with a refusal of int8 that names the metrics in int8."""


def _known_device(name: str) -> str:
    if not re.fullmatch(DEVICE, name):
        raise ValueError(
            f"must be cpu, mps, cuda, or one of several such as cuda:1, not {quoted(name)}"
        )
    return name


DeviceSetting = Annotated[str, AfterValidator(_known_device)]
"""The name of a device, which this machine may lack."""


@dataclass(frozen=True)
class OwnedOptions:
    """The options of a supernet, a task or a meter in a configuration.

    `setting` is their path in the section `dynas`, such as `("task_options",)`.
    """

    setting: tuple[str, ...]
    model: type[Options]
    values: Mapping[str, Any]

    def declared(self) -> "OwnedOptions":
        """The same with the values of declared options alone."""
        return replace(self, values=_declared(self.model, self.values))

    def without(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The values of the options that are not in `values`."""
        return {name: value for name, value in self.values.items() if name not in values}

    def non_default_values(self) -> dict[str, Any]:
        """The values that differ from their defaults; raises ValidationError for invalid ones."""
        try:
            return non_default_values(self.model.model_validate(dict(self.values)))
        except ValidationError as error:
            details = error_details(error, lambda path: (*self.setting, *path), self.model)
            raise ValidationError.from_exception_data(self.model.__name__, details) from None


def owned_options(supernet_name: str, settings: EvaluationSettings) -> Iterator[OwnedOptions]:
    """All options in `settings` with the models that declare them.

    Options of unknown supernets and meters are left out: starting a run refuses the supernet, and
    `unknown_meters` reports the meters.
    """
    by_name = meters.meters_by_name()
    for name, values in settings.meters.items():
        if name in by_name:
            yield OwnedOptions((METERS, name), by_name[name].Options, values)
    if not settings.supernet and not settings.task:
        return
    supernet = _load_or_none(supernet_name)
    if supernet is not None:
        yield OwnedOptions((SUPERNET,), supernet.Options, settings.supernet)
        yield OwnedOptions((TASK,), supernet.task.Options, settings.task)


def options_of_cluster(address: str | None, values: Mapping[str, Any]) -> Iterator[OwnedOptions]:
    """The options of the cluster at `address`; nothing where nothing connects to it."""
    if address and not cluster_kinds.address_problem(address):
        yield OwnedOptions((CLUSTER,), cluster_kinds.kind_of(address).options, values)


def unknown_meters(options_by_meter: Mapping[str, Any]) -> list[InitErrorDetails]:
    """An error for each unknown meter in `options_by_meter`, even if its options are empty."""
    by_name = meters.meters_by_name()
    unknown_meter = PydanticCustomError(
        "no_such_meter",
        "there is no such meter. Choose from: {known}",
        {"known": ", ".join(by_name)},
    )
    return [
        {"type": unknown_meter, "loc": (METERS, name), "input": values}
        for name, values in options_by_meter.items()
        if name not in by_name
    ]


def disagreements(settings: EvaluationSettings) -> list[InitErrorDetails]:
    """An error for each meter option that contradicts the other `settings`."""
    by_name = meters.meters_by_name()
    return [
        {
            "type": PydanticCustomError("option", "{reason}", {"reason": reason}),
            "loc": (METERS, meter, name),
            "input": values.get(name),
        }
        for meter, values in settings.meters.items()
        for name, reason in by_name[meter].disagreements(settings).items()
    ]


def path_options(
    supernet_name: str, settings: EvaluationSettings, others: Iterable[OwnedOptions] = ()
) -> dict[tuple[str, ...], str]:
    """The options that are file paths, by their path such as `("task_options", "dataset_path")`.

    Of a list of paths each has its own path, such as `("cluster_options", "wheels", "0")`. If the
    supernet cannot be loaded, every text among its options counts as a file path.
    """
    paths: dict[tuple[str, ...], str] = {}
    for options in (*owned_options(supernet_name, settings), *others):
        for name in path_option_names(options.model):
            value = options.values.get(name)
            if isinstance(value, list):
                paths |= {(*options.setting, name, str(i)): str(v) for i, v in enumerate(value)}
            elif value:
                paths[*options.setting, name] = str(value)
    if _load_or_none(supernet_name) is None:
        for section, values in {SUPERNET: settings.supernet, TASK: settings.task}.items():
            texts = {name: value for name, value in values.items() if isinstance(value, str)}
            paths |= {(section, name): value for name, value in texts.items()}
    return paths


def undeclared_former_options(supernet_name: str, settings: Mapping[str, Any]) -> set[str]:
    """The former names among `settings` whose options this supernet and its task do not have.

    Every configuration used to contain these options. Only the `refused` ones raise an error.
    """
    has_former = any(name in FORMER_OPTIONS for name in settings)
    supernet = _load_or_none(supernet_name) if has_former else None
    if supernet is None:
        return set()
    return {
        name
        for name, option in FORMER_OPTIONS.items()
        if name in settings and not _declares(supernet, option)
    }


def former_names(section: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a section such as `task_options` that have a former name, by that name."""
    present_names = {option.path: name for name, option in reversed(list(FORMER_OPTIONS.items()))}
    return {
        present_names[section, name]: value
        for name, value in values.items()
        if (section, name) in present_names
    }


def duplicate_options(dynas: Mapping[str, Any]) -> list[InitErrorDetails]:
    """An error for each option in the section `dynas` whose former and present values differ."""
    errors: list[InitErrorDetails] = []
    first_names: dict[SettingPath, str] = {}
    for name in (name for name in dynas if name in FORMER_OPTIONS):
        *sections, present_name = path = FORMER_OPTIONS[name].path
        values: Any = dynas
        for section in sections:
            values = values.get(section) if isinstance(values, Mapping) else None
        other, present = ".".join(path), dynas[name]
        if isinstance(values, Mapping):
            present = values.get(present_name, present)
        if present == dynas[name]:
            other = first_names.setdefault(path, name)
            present = dynas[other]
        if present == dynas[name]:
            continue
        names = {"former": name, "now": other}
        message = "given twice: as {former} and as {now}. Leave one of them out"
        duplicate = PydanticCustomError("given_twice", message, names)
        errors.append({"type": duplicate, "loc": (name,), "input": dynas[name]})
    return errors


def default_metrics(supernet_name: str) -> list[str]:
    """The objectives if none are given: those of the supernet, by default accuracy and MACs."""
    supernet = _load_or_none(supernet_name)
    return supernet.default_objectives if supernet else ["acc", "macs"]


def without_undeclared_options(dynas: Mapping[str, Any]) -> dict[str, Any]:
    """The section `dynas` of a run without options that no installed package declares.

    A run stays readable if a meter, or a kind of clusters, was uninstalled or has fewer options
    than before.
    """
    section, by_name = dict(dynas), meters.meters_by_name()
    if isinstance(options_by_meter := section.get(METERS), Mapping):
        section[METERS] = {
            name: _declared(by_name[name].Options, values)
            for name, values in options_by_meter.items()
            if name in by_name
        }
    address = str(section.get("cluster", ""))
    if CLUSTER in section and not cluster_kinds.address_problem(address):
        section[CLUSTER] = _declared(cluster_kinds.kind_of(address).options, section[CLUSTER])
    supernet = _load_or_none(str(section["supernet"])) if "supernet" in section else None
    if supernet is not None:
        for key, model in ((SUPERNET, supernet.Options), (TASK, supernet.task.Options)):
            if key in section:
                section[key] = _declared(model, section[key])
    return section


@contextmanager
def former_names_in_errors(names: Collection[str]) -> Iterator[None]:
    """Make validation errors inside the block use the former `names` that the user wrote."""
    former_names: dict[SettingPath, str] = {FORMER_OPTIONS[name].path: name for name in names}

    def as_written(path: SettingPath) -> SettingPath:
        for length in (2, 3):
            if (name := former_names.get(path[:length])) is not None:
                return (name, *path[length:])
        return path

    try:
        yield
    except ValidationError as error:
        details = error_details(error, as_written)
        raise ValidationError.from_exception_data("options", details) from None


def _declared(model: type[Options], values: Any) -> Any:
    if not isinstance(values, Mapping):
        return values
    return {name: value for name, value in values.items() if name in model.model_fields}


def _declares(supernet: Supernet, option: FormerOption) -> bool:
    models = {"supernet": supernet.Options, "task": supernet.task.Options}
    return option.owner not in models or option.name in models[option.owner].model_fields


def _load_or_none(name: str) -> Supernet | None:
    try:
        return registry.load(name)
    except DynasError:
        return None
