"""The options in a configuration: whose they are, and which of them are paths."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.errors import ConfigError, DynasError
from engine.evaluation_settings import EvaluationSettings
from engine.meters import registry as meters
from engine.meters.base import Meter
from engine.options import Options, path_names, plain, read
from engine.quoting import quoted
from engine.supernets import registry
from engine.supernets.base import Supernet


@dataclass(frozen=True)
class Owned:
    """The options of a supernet, a task or a meter in a configuration.

    `setting` is where they stand in the section `dynas`, such as `task_options`.
    """

    setting: tuple[str, ...]
    model: type[Options]
    values: Mapping[str, Any]

    def checked(self) -> dict[str, Any]:
        """Those that differ from their defaults; raises ConfigError for what is wrong.

        One by a former name stays although the model has it not: it has no effect.
        """
        kept = plain(read(self.model, self.values, ".".join(self.setting)))
        return {**kept, **{name: self.values[name] for name in self.foreign}}

    @property
    def foreign(self) -> list[str]:
        """Options that other supernets have, given by a former name."""
        return [name for name in self.values if name not in self.model.model_fields]


def owned(supernet: str, settings: EvaluationSettings) -> Iterator[Owned]:
    """All options of `settings` with what declares them.

    Those of a supernet that is not there are left out: what is missing is said when a run starts.
    Raises ConfigError for a meter that there is not.
    """
    for name, values in settings.meters.items():
        yield Owned(("meter_options", name), _meter(name).Options, values)
    if (settings.supernet or settings.task) and (found := _loaded(supernet)) is not None:
        yield Owned(("supernet_options",), found.Options, settings.supernet)
        yield Owned(("task_options",), found.task.Options, settings.task)


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
        unknown = {"supernet_options": settings.supernet, "task_options": settings.task}
        for setting, values in unknown.items():
            texts = {name: value for name, value in values.items() if isinstance(value, str)}
            found |= {(setting, name): value for name, value in texts.items()}
    return found


def _meter(name: str) -> Meter:
    known = {meter.name: meter for meter in meters.all_meters()}
    if name not in known:
        raise ConfigError(
            f"meter_options: there is no meter {quoted(name)}. Choose from {', '.join(known)}."
        )
    return known[name]


def _loaded(name: str) -> Supernet | None:
    try:
        return registry.load(name)
    except DynasError:
        return None
