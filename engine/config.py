"""NASConfig: the configuration of a search, with validation, and its YAML form."""

import warnings
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import yaml
from pydantic import Field, PrivateAttr, ValidationError, ValidationInfo, model_validator

from engine import basic_settings as basic
from engine import regular_file, yaml_text
from engine.compat.pydantic import validate_into
from engine.config_document import NAS, unwrap
from engine.config_origin import Origin, TextOfSettings
from engine.config_sections import PATHS, DynasSection, SearchSection, StopSection
from engine.constraints import Constraint
from engine.errors import ConfigError
from engine.evaluation_settings import EvaluationSettings
from engine.metric_settings import DefinedMetrics, names_of_script
from engine.metrics import Metric, defined_by, metric
from engine.published_config import PublishedConfig
from engine.published_settings import translate, with_search_settings, without_effect
from engine.quoting import quoted
from engine.search_methods import APPROACHES, algorithm_problem, algorithms_for
from engine.setting_errors import Locator, Order, SettingPath, error_sentences
from engine.settings_section import COMPLETE

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


class NASConfig(DefinedMetrics, PublishedConfig):
    """The configuration of a search; `NASConfig()` is complete.

    `NASConfig(approach="dynas", search_algorithm="nsga2")` and the nested YAML under `nas:` are
    both accepted, and so are the names that Neural Compressor and DyNAS-T published. Invalid values
    raise ConfigError with a sentence for each problem. Settings can be assigned in any order:
    whether they fit each other is checked when all are there, in a file, by `check` and when a
    search starts.

    >>> config = NASConfig(approach="random", dynas={"metrics": ["acc", "params"]})
    >>> config.dynas.num_evals = 50
    >>> NASConfig.from_yaml(config.to_yaml()) == config
    True
    """

    approach: ApproachName = next(iter(APPROACHES))
    """How the search proposes sub-networks."""
    search: SearchSection = Field(default_factory=SearchSection)
    stop: StopSection = Field(default_factory=StopSection)
    dynas: DynasSection = Field(default_factory=DynasSection)

    _origin: Origin = PrivateAttr(default_factory=Origin)

    def __init__(
        self,
        /,
        approach: str | None = None,
        search_space: Mapping[str, Any] | None = None,
        search_algorithm: str | None = None,
        metrics: Sequence[str] = (),
        higher_is_better: Sequence[bool] = (),
        max_trials: int | None = None,
        seed: int | None = None,
        dynas: Mapping[str, Any] | DynasSection | None = None,
        **data: Any,
    ) -> None:
        of_search = {
            "search_space": search_space,
            "metrics": metrics,
            "higher_is_better": higher_is_better,
            "max_trials": max_trials,
        }
        data |= {"approach": approach, "search_algorithm": search_algorithm, "seed": seed}
        if dynas is not None:
            data["dynas"] = dynas
        translation = translate(with_search_settings(data, of_search))
        settings = basic.without_basic(translation.settings)
        try:
            with names_of_script(basic.searches_choices(translation.settings)):
                super().__init__(**settings)
        except ValidationError as error:
            raise ConfigError(
                error_sentences(error, type(self), as_written=translation.as_written)
            ) from None
        self.read_as_given(translation.settings)
        for notice in translation.notices:
            warnings.warn(notice, UserWarning, stacklevel=2)

    @model_validator(mode="after")
    def _algorithm_fits(self, info: ValidationInfo) -> "NASConfig":
        name, count = self.search.search_algorithm, len(self.dynas.metrics)
        is_complete = info.context is COMPLETE
        if name is None or (not is_complete and name.casefold() in basic.APPROACH_BY_ALGORITHM):
            return self  # where `basic` may follow as the approach
        if problem := algorithm_problem(name, count, is_complete):
            raise ValueError(f"search_algorithm {problem}")
        return self

    def with_absolute_paths(self, leave: Collection[str] = ()) -> "NASConfig":
        """A copy with absolute paths, except for the settings in `leave`."""
        return self.model_copy(update={"dynas": self.dynas.with_absolute_paths(leave)})

    def check(self) -> None:
        """Raise ConfigError for settings that contradict each other after assignments.

        Warns of options that the supernet does not have. Files that settings name are not read:
        a search does that when it starts.
        """
        self.require_valid()
        if unused := sorted(self.dynas.unused_former_options):
            reason = f"{self.dynas.supernet} has no such option"
            warnings.warn(without_effect(unused, reason), UserWarning, stacklevel=2)

    def require_valid(self) -> None:
        """Raise ConfigError as `check`, without its warnings."""
        self.require_choices()
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
        return _with_warning(cls.read_dict(data))

    @classmethod
    def read_dict(cls, data: Any) -> ParsedConfig:
        """The configuration in plain data, and a notice in place of a warning."""
        inner, notice = unwrap(data)
        return cls._validated(inner, notice)

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
        try:
            document = yaml_text.read(text)
        except yaml_text.YamlError as error:
            subject = f"The configuration {origin}".rstrip()
            raise ConfigError(f"{subject} cannot be read: {error}.") from None
        inner, notice = unwrap(document.data, f"{origin}: " if origin else "")
        settings, assigned_paths = change(inner)
        outer = () if inner is document.data else (NAS,)
        origins = TextOfSettings(document, origin, outer, assigned_paths)
        return cls._validated(settings, notice, origins.locate, origins.order)

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
        cls,
        data: dict[str, Any],
        notice: str,
        locate: Locator = lambda path: "",
        order: Order = lambda path: (0, 0),
    ) -> ParsedConfig:
        translation = translate(data, locate)
        config, settings = cls.__new__(cls), basic.without_basic(translation.settings)
        try:
            with names_of_script(basic.searches_choices(translation.settings)):
                validate_into(config, settings, COMPLETE)
        except ValidationError as error:
            raise ConfigError(
                error_sentences(error, cls, locate, order, translation.as_written)
            ) from None
        config.read_as_given(translation.settings)
        config.set_locator(lambda path: locate(translation.as_written(path)))
        return ParsedConfig(config, " ".join(filter(None, [notice, *translation.notices])))

    def set_locator(self, locate: Locator) -> None:
        """Set the function that finds settings in their text."""
        self._origin = Origin(locate, self.to_dict()["nas"])

    def to_dict(self) -> dict[str, Any]:
        """Plain data under the key `nas`; values that are None are left out.

        `max_failures` is kept, because its default is not None. What functions of choices decide
        is left out unless it is set. A `basic` search is written as one.
        """
        self.read_basic()
        self.dynas.read_changed_lists()
        data = self.model_dump(exclude_none=True, exclude={"dynas": self.left_out})
        for name in ("supernet_options", "task_options", "meter_options", "cluster_options"):
            if not data["dynas"][name]:
                del data["dynas"][name]
        if self.dynas.cluster and self.dynas.worker_limit is None:
            del data["dynas"]["workers"]
        if self.dynas.max_failures is None:
            data["dynas"]["max_failures"] = None
        data["dynas"] |= self.dynas.refused_options
        data["search"] |= self.search.unread
        if self.is_basic:
            data = basic.in_basic_words(data)
        return {"nas": {key: value for key, value in data.items() if value != {}}}

    def to_yaml(self) -> str:
        """The configuration as YAML text that `from_yaml` reads."""
        return str(yaml.safe_dump(self.to_dict(), sort_keys=False))

    @property
    def objectives(self) -> list[Metric]:
        """The metrics that are optimised, in order."""
        with defined_by(self.definitions):
            return [metric(name) for name in self.dynas.metrics]

    @property
    def settings(self) -> EvaluationSettings:
        """How sub-networks are measured."""
        return self.dynas.settings

    @property
    def constraints(self) -> list[Constraint]:
        """The bounds that sub-networks must meet."""
        with defined_by(self.definitions):
            return [Constraint.parse(text) for text in self.dynas.constraints]

    @property
    def all_metrics(self) -> list[str]:
        """As `dynas.all_metrics`."""
        return self.dynas.all_metrics


def _with_warning(parsed: ParsedConfig) -> NASConfig:
    """The configuration; its notice becomes a warning at the caller of the public method."""
    if parsed.notice:
        warnings.warn(parsed.notice, UserWarning, stacklevel=3)
    return parsed.config
