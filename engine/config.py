"""NASConfig: what to search, for what and how long; in and out of YAML."""

import warnings
from collections.abc import Callable, Collection, Mapping, Sequence
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
from engine.config_document import NAS, unwrapped
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
from engine.metrics import Metric, metric
from engine.quoting import quoted
from engine.search_methods import ALGORITHMS, APPROACHES, algorithms_for
from engine.setting_errors import Path as Place
from engine.setting_errors import Where, sentences
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
    """A configuration that was read; `notice` says what of the text has no effect, if anything."""

    config: "NASConfig"
    notice: str


Change = Callable[[dict[str, Any]], tuple[dict[str, Any], Sequence[Place]]]
"""Changes plain settings before they are checked; says where those stand that it set."""


def _unchanged(data: dict[str, Any]) -> tuple[dict[str, Any], Sequence[Place]]:
    return data, ()


class NASConfig(Section):
    """The configuration of a search; `NASConfig()` is complete.

    `NASConfig(approach="dynas", search_algorithm="nsga2")` and the nested YAML under `nas:` are
    both accepted. Every invalid value raises ConfigError, a sentence for each problem.
    """

    approach: ApproachName = next(iter(APPROACHES))
    search: SearchSection = Field(default_factory=SearchSection)
    stop: StopSection = Field(default_factory=StopSection)
    dynas: DynasSection = Field(default_factory=DynasSection)

    _origin: Origin = PrivateAttr(default_factory=Origin)

    def __init__(
        self, /, approach: str = "dynas", search_algorithm: str | None = None, **data: Any
    ) -> None:
        try:
            given = {"approach": approach, "search_algorithm": search_algorithm, **data}
            super().__init__(**_nested(given))
        except ValidationError as error:
            raise ConfigError(sentences(error, type(self))) from None

    @field_validator("approach", mode="before")
    @classmethod
    def _published_name(cls, name: Any) -> Any:
        return "dynas" if name == "linas" else name

    @model_validator(mode="after")
    def _algorithm_fits(self) -> "NASConfig":
        name, count = self.search.search_algorithm, len(self.dynas.metrics)
        if name is not None and name not in algorithms_for(count):
            known = name in ALGORITHMS
            what = (
                f"does not search for {count} objective{'s'[: count > 1]}"
                if known
                else "is unknown"
            )
            raise ValueError(
                f"search_algorithm {quoted(name)} {what}; choose from "
                f"{', '.join(algorithms_for(count))}"
            )
        return self

    def with_absolute_paths(self, leave: Collection[str] = ()) -> "NASConfig":
        """The same with paths as they are from the working directory, but those named `leave`."""
        return self.model_copy(update={"dynas": self.dynas.with_absolute_paths(leave)})

    def check(self) -> None:
        """Raise ConfigError for what does not fit together after assignments."""
        NASConfig.from_dict(self.to_dict())

    def place(self, *path: int | str) -> str:
        """Where a setting stands in the text that it was read of, such as `Line 3, column 5, `.

        Empty for one of no text, and for one that was set since.
        """
        return self._origin.place(path, self.to_dict()["nas"])

    @property
    def search_algorithm(self) -> str:
        """The algorithm that searches: the configured one, or the default for the objectives."""
        return self.search.search_algorithm or algorithms_for(len(self.dynas.metrics))[0]

    @classmethod
    def from_dict(cls, data: Any) -> "NASConfig":
        """The configuration in plain data, with or without the outer `nas` key.

        Warns of the keys of a Neural Compressor file beside `nas`; others raise ConfigError.
        """
        inner, notice = unwrapped(data)
        return _told(ParsedConfig(cls._of(inner, lambda path: ""), notice))

    @classmethod
    def from_yaml(cls, text: str) -> "NASConfig":
        """The configuration in a YAML text, as `from_dict`.

        Raises ConfigError that names line and column of what is wrong.
        """
        return _told(cls.read(text))

    @classmethod
    def from_file(cls, path: str | Path) -> "NASConfig":
        """The configuration in a YAML file, as `from_yaml`; the file is only read."""
        return _told(cls.read_file(path))

    @classmethod
    def read(cls, text: str, origin: str = "", change: Change = _unchanged) -> ParsedConfig:
        """The configuration in a YAML text, and a notice in place of a warning.

        `origin` names the text in errors. `change` is applied to what the text holds, before that
        is checked.
        """
        begin = f"{origin}, " if origin else ""
        try:
            document = yaml_text.read(text)
        except yaml_text.YamlError as error:
            what = f"The configuration {origin}".rstrip()
            raise ConfigError(f"{what} cannot be read: {error}.") from None
        inner, notice = unwrapped(document.data, f"{origin}: " if origin else "")
        outer = [NAS] if inner is not document.data else []

        changed, elsewhere = change(inner)

        def where(path: Sequence[int | str]) -> str:
            if any(tuple(path[: len(place)]) == place for place in elsewhere):
                return ""
            place = f"{begin}{document.place([*outer, *path])}, "
            return place[0].upper() + place[1:] if not begin else place

        return ParsedConfig(cls._of(changed, where), notice)

    @classmethod
    def read_file(cls, path: str | Path, change: Change = _unchanged) -> ParsedConfig:
        """The configuration in a YAML file, and a notice in place of a warning."""
        told = quoted(str(path))[1:-1]
        try:
            text = regular_file.read_text(path, _LARGEST_FILE)
        except OSError as error:
            raise ConfigError(
                f"The configuration {told} cannot be read: {error.strerror or error}. Give a YAML "
                "file."
            ) from None
        return cls.read(text, told, change)

    @classmethod
    def _of(cls, data: dict[str, Any], where: Where) -> "NASConfig":
        made = cls.__new__(cls)
        try:
            BaseModel.__init__(made, **_nested(data))
        except ValidationError as error:
            raise ConfigError(sentences(error, cls, where)) from None
        return made.located(where)

    def located(self, where: Where) -> "NASConfig":
        """The same configuration, after it noted where its settings stand in a text."""
        self._origin = Origin(where, self.to_dict()["nas"])
        return self

    def to_dict(self) -> dict[str, Any]:
        """Plain data under the key `nas`; values that are not set are left out.

        None that says something, where the default is something else, stays.
        """
        data = self.model_dump(exclude_none=True)
        for name in ("supernet_options", "task_options", "meter_options"):
            if not data["dynas"][name]:
                del data["dynas"][name]
        if self.dynas.max_failures is None:
            data["dynas"]["max_failures"] = None
        return {"nas": {key: value for key, value in data.items() if value != {}}}

    def to_yaml(self) -> str:
        """The YAML text that `from_yaml` takes back."""
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
        """What sub-networks must keep to."""
        return [Constraint.parse(text) for text in self.dynas.constraints]

    @property
    def all_metrics(self) -> list[str]:
        """Objectives, then what is constrained or recorded besides."""
        return self.dynas.all_metrics


def _nested(data: Mapping[str, Any]) -> dict[str, Any]:
    """The settings with `search_algorithm`, which may stand outside, in its section."""
    nested = {name: value for name, value in data.items() if name != "search_algorithm"}
    if (algorithm := data.get("search_algorithm")) is not None:
        search = nested.get("search")
        search = {} if search is None else search
        if isinstance(search, Mapping | SearchSection):
            nested["search"] = {**dict(search), "search_algorithm": algorithm}
    return nested


def _told(reading: ParsedConfig) -> NASConfig:
    """The configuration, after a warning to the caller of the public method that read it."""
    if reading.notice:
        warnings.warn(reading.notice, UserWarning, stacklevel=3)
    return reading.config
