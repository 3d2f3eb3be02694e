"""The options in a configuration: whose they are, what is wrong with them, which are paths."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from engine.errors import DynasError
from engine.evaluation_settings import EvaluationSettings
from engine.former_options import FORMER, SECTIONS, OptionPlace
from engine.meters import registry as meters
from engine.options import Options, path_names, plain
from engine.setting_errors import Path, problems
from engine.supernets import registry
from engine.supernets.base import Supernet

SUPERNET, TASK, METERS = SECTIONS["supernet"], SECTIONS["task"], SECTIONS["meters"]


@dataclass(frozen=True)
class OwnedOptions:
    """The options of a supernet, a task or a meter in a configuration.

    `setting` is where they stand in the section `dynas`, such as `task_options`.
    """

    setting: tuple[str, ...]
    model: type[Options]
    values: Mapping[str, Any]

    def checked(self) -> dict[str, Any]:
        """Those that differ from their defaults; raises pydantic's error for what is wrong."""
        try:
            return plain(self.model.model_validate(dict(self.values)))
        except ValidationError as error:
            found = problems(error, lambda path: (*self.setting, *path), self.model)
            raise ValidationError.from_exception_data(self.model.__name__, found) from None


def owned(supernet: str, settings: EvaluationSettings) -> Iterator[OwnedOptions]:
    """All options of `settings` with what declares them.

    Those of a supernet or a meter that is not there are left out: of a supernet it is said when a
    run starts, of a meter `unknown_meters` say it.
    """
    known = meters.by_name()
    for name, values in settings.meters.items():
        if name in known:
            yield OwnedOptions((METERS, name), known[name].Options, values)
    if (settings.supernet or settings.task) and (found := _loaded(supernet)) is not None:
        yield OwnedOptions((SUPERNET,), found.Options, settings.supernet)
        yield OwnedOptions((TASK,), found.task.Options, settings.task)


def unknown_meters(given: Mapping[str, Any]) -> list[InitErrorDetails]:
    """A problem for each meter among `given`, options by the name of the meter, that is not there.

    Also where its options are empty.
    """
    known = meters.by_name()
    there_is_none = PydanticCustomError(
        "no_such_meter",
        "there is no such meter. Choose from: {known}",
        {"known": ", ".join(known)},
    )
    return [
        {"type": there_is_none, "loc": (METERS, name), "input": values}
        for name, values in given.items()
        if name not in known
    ]


def disagreements(settings: EvaluationSettings) -> list[InitErrorDetails]:
    """A problem for each option of a meter that does not go together with the other `settings`."""
    known = meters.by_name()
    return [
        {
            "type": PydanticCustomError("option", "{said}", {"said": said}),
            "loc": (METERS, meter, name),
            "input": values.get(name),
        }
        for meter, values in settings.meters.items()
        for name, said in known[meter].disagreements(settings).items()
    ]


def path_options(supernet: str, settings: EvaluationSettings) -> dict[tuple[str, ...], str]:
    """The paths among the options by where they stand, such as `("task_options", "dataset_path")`.

    All texts of options count as paths where nobody knows what they are.
    """
    found: dict[tuple[str, ...], str] = {}
    for options in owned(supernet, settings):
        for name in path_names(options.model):
            if text := options.values.get(name):
                found[*options.setting, name] = str(text)
    if _loaded(supernet) is None:
        unknown = {SUPERNET: settings.supernet, TASK: settings.task}
        for setting, values in unknown.items():
            texts = {name: value for name, value in values.items() if isinstance(value, str)}
            found |= {(setting, name): value for name, value in texts.items()}
    return found


def without_effect(supernet: str, settings: Mapping[str, Any]) -> set[str]:
    """Options by former names in the section `dynas` that this supernet and its task have not.

    They stood in every configuration, whether they were of use or not. Those that ask for other
    data, or another quality, than a supernet has were refused, and still are.
    """
    found = _loaded(supernet) if any(name in FORMER for name in settings) else None
    if found is None:
        return set()
    return {
        name
        for name, place in FORMER.items()
        if name in settings and not place.refused and not _declares(found, place)
    }


def given_twice(dynas: Mapping[str, Any]) -> list[InitErrorDetails]:
    """A problem for each option in the section `dynas` that is given with two values.

    By its former name, and in the place where it stands now.
    """
    found: list[InitErrorDetails] = []
    for name in (name for name in dynas if name in FORMER):
        *sections, last = FORMER[name].path
        within: Any = dynas
        for section in sections:
            within = within.get(section) if isinstance(within, Mapping) else None
        if isinstance(within, Mapping) and last in within and within[last] != dynas[name]:
            names = {"former": name, "now": ".".join(FORMER[name].path)}
            said = "given twice: as {former} and as {now}. Leave one of them out"
            twice = PydanticCustomError("given_twice", said, names)
            found.append({"type": twice, "loc": (name,), "input": dynas[name]})
    return found


def usual_metrics(supernet: str) -> list[str]:
    """The objectives where none are chosen: what the supernet's task asks for first, and MACs."""
    found = _loaded(supernet)
    return [found.task.metrics[0].name if found else "acc", "macs"]


def understood(dynas: Mapping[str, Any]) -> dict[str, Any]:
    """The section `dynas` of a run without options that nobody declares any more.

    So that a run can be read whose meter is no longer installed, or has fewer options now.
    """
    kept, known = dict(dynas), meters.by_name()
    if isinstance(given := kept.get(METERS), Mapping):
        kept[METERS] = {
            name: _declared(known[name].Options, values)
            for name, values in given.items()
            if name in known
        }
    found = _loaded(str(kept["supernet"])) if "supernet" in kept else None
    if found is not None:
        for section, model in ((SUPERNET, found.Options), (TASK, found.task.Options)):
            if section in kept:
                kept[section] = _declared(model, kept[section])
    return kept


@contextmanager
def by_former_names(names: Collection[str]) -> Iterator[None]:
    """Let an error within name options that were given by former names by these."""
    given: dict[Path, str] = {FORMER[name].path: name for name in names}

    def at(path: Path) -> Path:
        for length in (2, 3):
            if (former := given.get(path[:length])) is not None:
                return (former, *path[length:])
        return path

    try:
        yield
    except ValidationError as error:
        raise ValidationError.from_exception_data("options", problems(error, at)) from None


def _declared(model: type[Options], values: Any) -> Any:
    if not isinstance(values, Mapping):
        return values
    return {name: value for name, value in values.items() if name in model.model_fields}


def _declares(supernet: Supernet, place: OptionPlace) -> bool:
    models = {"supernet": supernet.Options, "task": supernet.task.Options}
    return place.of not in models or place.name in models[place.of].model_fields


def _loaded(name: str) -> Supernet | None:
    try:
        return registry.load(name)
    except DynasError:
        return None
