"""NASConfig: the configuration of a search, with validation, and its YAML form."""

import math
import warnings
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import yaml
from pydantic import (
    BaseModel,
    Field,
    PrivateAttr,
    ValidationError,
    field_validator,
    model_validator,
)

from engine import regular_file, yaml_text
from engine.basic_settings import without_basic
from engine.config_document import NAS, unwrap
from engine.config_origin import Origin
from engine.config_sections import (
    PATHS,
    DynasSection,
    SearchSection,
    StopSection,
)
from engine.constraints import Constraint
from engine.errors import ConfigError
from engine.evaluation_settings import EvaluationSettings
from engine.metric_settings import deferred_names
from engine.metrics import Metric, metric
from engine.quoting import quoted
from engine.search_methods import ALGORITHMS, APPROACHES, algorithms_for
from engine.setting_errors import Locator, Order, SettingPath, error_sentences
from engine.settings_section import Section

__all__ = [
    "PATHS",
    "DynasSection",
    "NASConfig",
    "ParsedConfig",
    "SearchSection",
    "StopSection",
    "algorithms_for",
]

_LARGEST_FILE = regular_file.MB

if TYPE_CHECKING:
    ApproachName = str
else:
    ApproachName = Literal[tuple(APPROACHES)]


class ParsedConfig(NamedTuple):
    """A parsed configuration; `notice` is a sentence on ignored keys, or empty."""

    config: "NASConfig"
    notice: str


ConfigChange = Callable[[dict[str, Any]], tuple[dict[str, Any], Sequence[SettingPath]]]
"""Changes plain settings before validation; also returns the paths of the settings it set."""


def _unchanged(data: dict[str, Any]) -> tuple[dict[str, Any], Sequence[SettingPath]]:
    return data, ()


class NASConfig(Section):
    """The configuration of a search; `NASConfig()` is complete.

    `NASConfig(approach="dynas", search_algorithm="nsga2")` and the nested YAML under `nas:` are
    both accepted, also for the approach `basic` with a `search_space`. Invalid values raise
    ConfigError with a sentence for each problem. In arguments and assignments, a metric may be
    named that is unknown as yet; `check` refuses it.
    """

    approach: ApproachName = next(iter(APPROACHES))
    search: SearchSection = Field(default_factory=SearchSection)
    stop: StopSection = Field(default_factory=StopSection)
    dynas: DynasSection = Field(default_factory=DynasSection)

    _origin: Origin = PrivateAttr(default_factory=Origin)

    def __init__(
        self, /, approach: str | None = None, search_algorithm: str | None = None, **data: Any
    ) -> None:
        try:
            settings = {"search_algorithm": search_algorithm, **data}
            if approach is not None:
                settings["approach"] = approach
            with deferred_names():
                super().__init__(**_nested(settings))
        except ValidationError as error:
            raise ConfigError(error_sentences(error, type(self))) from None

    def _assign(self, name: str, value: Any) -> None:
        with deferred_names():
            super()._assign(name, value)

    @field_validator("approach", mode="before")
    @classmethod
    def _current_name(cls, name: Any) -> Any:
        return "dynas" if name == "linas" else name

    @model_validator(mode="after")
    def _algorithm_fits(self) -> "NASConfig":
        name, count = self.search.search_algorithm, len(self.dynas.metrics)
        if name is not None and name not in algorithms_for(count):
            problem = (
                f"does not search for {count} objective{'s'[: count > 1]}"
                if name in ALGORITHMS
                else "is unknown"
            )
            raise ValueError(
                f"search_algorithm {quoted(name)} {problem}; choose from "
                f"{', '.join(algorithms_for(count))}"
            )
        return self

    def with_absolute_paths(self, leave: Collection[str] = ()) -> "NASConfig":
        """A copy with absolute paths, except for the settings in `leave`."""
        return self.model_copy(update={"dynas": self.dynas.with_absolute_paths(leave)})

    def check(self) -> None:
        """Raise ConfigError for settings that contradict each other after assignments."""
        NASConfig.from_dict(self.to_dict())

    def location(self, *path: int | str) -> str:
        """Where a setting stands in the text it was read from, such as `Line 3, column 5, `.

        Empty if the configuration was not read from a text, or if the setting has changed since.
        """
        return self._origin.location(path, self.to_dict()["nas"])

    @property
    def search_algorithm(self) -> str:
        """The algorithm that searches: the configured one, or the default for the objectives."""
        return self.search.search_algorithm or algorithms_for(len(self.dynas.metrics))[0]

    @classmethod
    def from_dict(cls, data: Any) -> "NASConfig":
        """The configuration in plain data, with or without the outer `nas` key.

        Warns of the keys of a Neural Compressor file beside `nas`; others raise ConfigError.
        """
        inner, notice = unwrap(data)
        return _with_warning(ParsedConfig(cls._validated(inner, lambda path: ""), notice))

    @classmethod
    def from_yaml(cls, text: str) -> "NASConfig":
        """The configuration in a YAML text, as `from_dict`.

        Raises ConfigError that names line and column of what is wrong.
        """
        return _with_warning(cls.read(text))

    @classmethod
    def from_file(cls, path: str | Path) -> "NASConfig":
        """The configuration in a YAML file, as `from_yaml`; the file is only read."""
        return _with_warning(cls.read_file(path))

    @classmethod
    def read(cls, text: str, origin: str = "", change: ConfigChange = _unchanged) -> ParsedConfig:
        """The configuration in a YAML text, and a notice in place of a warning.

        `origin` names the text in errors. `change` is applied to the settings before validation.
        """
        prefix = f"{origin}, " if origin else ""
        try:
            document = yaml_text.read(text)
        except yaml_text.YamlError as error:
            subject = f"The configuration {origin}".rstrip()
            raise ConfigError(f"{subject} cannot be read: {error}.") from None
        inner, notice = unwrap(document.data, f"{origin}: " if origin else "")
        outer = [NAS] if inner is not document.data else []

        settings, assigned_paths = change(inner)

        def is_assigned(path: Sequence[int | str]) -> bool:
            return any(tuple(path[: len(assigned)]) == assigned for assigned in assigned_paths)

        def order(path: Sequence[int | str]) -> tuple[float, float]:
            position = document.position([*outer, *path])
            if position is None or is_assigned(path):
                return math.inf, 0
            return position.line, position.column

        def locate(path: Sequence[int | str]) -> str:
            if is_assigned(path):
                return ""
            location = f"{prefix}{document.position([*outer, *path])}, "
            return location[0].upper() + location[1:] if not prefix else location

        return ParsedConfig(cls._validated(settings, locate, order), notice)

    @classmethod
    def read_file(cls, path: str | Path, change: ConfigChange = _unchanged) -> ParsedConfig:
        """The configuration in a YAML file, and a notice in place of a warning."""
        path_text = quoted(str(path))[1:-1]
        try:
            text = regular_file.read_text(path, _LARGEST_FILE)
        except OSError as error:
            raise ConfigError(
                f"The configuration {path_text} cannot be read: {error.strerror or error}. Give a "
                "YAML file."
            ) from None
        return cls.read(text, path_text, change)

    @classmethod
    def _validated(
        cls, data: dict[str, Any], locate: Locator, order: Order = lambda path: (0, 0)
    ) -> "NASConfig":
        config = cls.__new__(cls)
        settings = _nested(data)
        try:
            with deferred_names() if _has_choices(settings) else nullcontext():
                BaseModel.__init__(config, **settings)
        except ValidationError as error:
            raise ConfigError(error_sentences(error, cls, locate, order)) from None
        config.set_locator(locate)
        return config

    def set_locator(self, locate: Locator) -> None:
        """Set the function that finds settings in their text."""
        self._origin = Origin(locate, self.to_dict()["nas"])

    def to_dict(self) -> dict[str, Any]:
        """Plain data under the key `nas`; values that are None are left out.

        `max_failures` is kept, because its default is not None.
        """
        data = self.model_dump(exclude_none=True)
        for name in ("supernet_options", "task_options", "meter_options"):
            if not data["dynas"][name]:
                del data["dynas"][name]
        if self.dynas.max_failures is None:
            data["dynas"]["max_failures"] = None
        return {"nas": {key: value for key, value in data.items() if value != {}}}

    def to_yaml(self) -> str:
        """The configuration as YAML text that `from_yaml` reads."""
        return str(yaml.safe_dump(self.to_dict(), sort_keys=False))

    @property
    def objectives(self) -> list[Metric]:
        """The metrics that are optimised, in order."""
        return [metric(name) for name in self.dynas.metrics]

    @property
    def settings(self) -> EvaluationSettings:
        """How sub-networks are measured."""
        return self.dynas.settings

    @property
    def constraints(self) -> list[Constraint]:
        """The bounds that sub-networks must meet."""
        return [Constraint.parse(text) for text in self.dynas.constraints]

    @property
    def all_metrics(self) -> list[str]:
        """The objectives, then further metrics that are constrained or recorded."""
        return self.dynas.all_metrics


def _nested(data: Mapping[str, Any]) -> dict[str, Any]:
    """The settings with an outermost `search_algorithm` moved into the section `search`.

    Those of the approach `basic` are moved as well.
    """
    data = without_basic(data)
    nested = {name: value for name, value in data.items() if name != "search_algorithm"}
    if (algorithm := data.get("search_algorithm")) is not None:
        search = nested.get("search")
        search = {} if search is None else search
        if isinstance(search, Mapping | SearchSection):
            nested["search"] = {**dict(search), "search_algorithm": algorithm}
    return nested


def _has_choices(settings: Mapping[str, Any]) -> bool:
    """Whether a script's function returns the metrics, which are unknown until it searches."""
    search = settings.get("search")
    return isinstance(search, Mapping) and search.get("search_space") is not None


def _with_warning(parsed: ParsedConfig) -> NASConfig:
    """The configuration; its notice becomes a warning at the caller of the public method."""
    if parsed.notice:
        warnings.warn(parsed.notice, UserWarning, stacklevel=3)
    return parsed.config
