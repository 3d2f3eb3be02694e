"""The attributes of a configuration that Neural Compressor and DyNAS-T published."""

import warnings
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

from pydantic import PrivateAttr, ValidationError, field_validator

from engine import basic_settings, published_names
from engine.basic_settings import (
    APPROACH_BY_ALGORITHM,
    BASIC,
    LEFT_TO_FUNCTIONS,
    USUAL_APPROACH,
    USUAL_TRIALS,
    is_basic,
    reads_as_basic,
)
from engine.config_sections import DynasSection, SearchSection
from engine.errors import ConfigError
from engine.published_settings import MOVED
from engine.search_methods import APPROACHES
from engine.setting_errors import SettingPath, error_sentences
from engine.settings_section import NotCompared, Section


class PublishedConfig(Section):
    """A configuration whose settings can also be reached as in Neural Compressor.

    `config.nas` and `config.usr_cfg.nas` are the configuration itself, and `config.seed` is
    `config.search.seed`. Where the approach is `basic`, the algorithm says how it searches, in
    whatever order both are assigned.
    """

    reasons: ClassVar[Mapping[str, str]] = {
        "nas": "it is the configuration itself. Set its settings, such as config.nas.approach",
        "usr_cfg": "it holds the configuration. Set its settings, such as config.nas.approach",
        "constraints": "there is no such setting. It belongs to dynas",
    }

    if TYPE_CHECKING:
        approach: str
        search: SearchSection
        dynas: DynasSection

    _basic: NotCompared[bool] = PrivateAttr(default=NotCompared(False))

    @field_validator("approach", mode="before", check_fields=False)
    @classmethod
    def _current_name(cls, name: Any) -> Any:
        return published_names.approach_called(name) if isinstance(name, str) else name

    @property
    def nas(self) -> "PublishedConfig":
        """The configuration, as below the key `nas` of a file."""
        return self

    @property
    def usr_cfg(self) -> "_WholeFile":
        """What Neural Compressor keeps of a whole file; only its `nas` has an effect."""
        return _WholeFile(self)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """A setting of a section by its published name."""
            path = MOVED.get((name,))
            if path is None:
                return super().__getattr__(name)
            holder = self if len(path) == 1 else getattr(self, str(path[0]))
            return getattr(holder, str(path[-1]))

    def _target(self, name: str) -> SettingPath:
        return MOVED.get((name,), (name,))

    def _assign(self, name: str, value: Any) -> None:
        if name.startswith("_"):
            super()._assign(name, value)
            return
        *outer, present_name = map(str, self._target(name))
        section: Section = getattr(self, outer[0]) if outer else self
        is_left_out = value is None and (bool(outer) or present_name == "approach")
        if present_name == "approach":
            value = self._approach_of(value)
        if is_left_out:
            section.leave_out(present_name)
        elif section is self:
            super()._assign(present_name, value)
        else:
            section.assign(present_name, value)
        self.read_basic()

    @property
    def is_basic(self) -> bool:
        """Whether the approach is `basic`: it was given, or left out of a search of choices."""
        return self._basic.value

    def read_basic(self) -> None:
        """Where the approach is `basic`, let its algorithm choose how it searches."""
        search, dynas = self.search, self.dynas
        has_choices = search.search_space is not None
        if has_choices and "approach" not in self.model_fields_set:
            self.mark_basic(BASIC)
        dynas.name_metrics_of_script(has_choices or self.is_basic)
        self._read_published()
        if "num_evals" not in dynas.model_fields_set:
            usual = APPROACHES[self.approach].budget
            dynas.__dict__["num_evals"] = USUAL_TRIALS if self.is_basic else usual
        algorithm = search.search_algorithm
        if not self.is_basic or not algorithm:
            return
        approach = APPROACH_BY_ALGORITHM.get(algorithm.casefold())
        self.__dict__["approach"] = approach or USUAL_APPROACH
        if approach:
            search.__dict__["search_algorithm"] = None

    def _read_published(self) -> None:
        """Let the section `dynas` read what was assigned in the section `search`."""
        for name in list(self.search.unread):
            target = basic_settings.MOVED[name]
            if target == "num_evals" and not self.dynas.metrics_are_of_script:
                continue  # it is no budget of a search on a supernet
            try:
                self.dynas.assign(target, self.search.read(name))
            except ValidationError as error:
                raise ConfigError(
                    error_sentences(error, DynasSection, as_written=_as(name))
                ) from None

    def read_as_given(self, settings: Mapping[str, Any]) -> None:
        """Note what plain settings say before those of `basic` are moved."""
        self.mark_basic(BASIC if reads_as_basic(settings) else None)
        self.read_basic()

    def mark_basic(self, approach: Any) -> None:
        """Note whether `approach` is `basic`, whose algorithm may be assigned later."""
        self._basic = NotCompared(is_basic(approach))

    def with_choices(self, choices: Mapping[str, Any]) -> Self:
        """A copy that searches `choices`, with its own approach in place of `basic`."""
        self.read_basic()
        copy = self.model_copy(deep=True)
        copy.dynas.num_evals = self.dynas.num_evals
        copy.model_fields_set.add("approach")
        copy.search_space = dict(choices)
        copy.approach = self.approach
        return copy

    @property
    def left_out(self) -> set[str]:
        """The settings of the section `dynas` that follow from others, and are not written."""
        of_basic = {"num_evals"} if self.is_basic else set()
        of_choices = LEFT_TO_FUNCTIONS if self.dynas.metrics_are_of_script else frozenset()
        return {*of_basic, *of_choices}.difference(self.dynas.model_fields_set)

    def require_choices(self) -> None:
        """Raise ConfigError if the approach is `basic`, and nothing says what it searches."""
        if self.is_basic and self.search.search_space is None:
            raise ConfigError(
                "approach: basic needs a search_space. Give one such as {'channels': [16, 32]} "
                "with functions that evaluate it, or choose an approach that searches a supernet."
            )

    def _approach_of(self, name: Any) -> Any:
        """The approach that `name` stands for; of `basic` the one that its algorithm chose."""
        was_basic = self.is_basic
        self.mark_basic(name)
        if not self.is_basic:
            return name
        return self.approach if was_basic else USUAL_APPROACH


def _as(name: str) -> Callable[[SettingPath], SettingPath]:
    """Replaces the name of the setting in the path of an error by `name`."""
    return lambda path: (name, *path[1:])


class _WholeFile:
    """Accepts settings beside `nas` with a warning."""

    def __init__(self, nas: PublishedConfig) -> None:
        self.__dict__["nas"] = nas

    def __getattr__(self, name: str) -> "_Ignored":
        if name.startswith("__"):
            raise AttributeError(name)
        return _Ignored(name)

    def __setattr__(self, name: str, value: Any) -> None:
        _warn(name)


class _Ignored:
    """A section beside `nas`, whose settings are accepted with a warning."""

    def __init__(self, path: str) -> None:
        self.__dict__["path"] = path

    def __getattr__(self, name: str) -> "_Ignored":
        if name.startswith("__"):
            raise AttributeError(name)
        return _Ignored(f"{self.__dict__['path']}.{name}")

    def __setattr__(self, name: str, value: Any) -> None:
        _warn(f"{self.__dict__['path']}.{name}")


def _warn(path: str) -> None:
    warnings.warn(
        f"{path} is ignored: only the settings below nas are read.", UserWarning, stacklevel=3
    )
