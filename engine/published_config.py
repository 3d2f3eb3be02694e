"""The attributes of a configuration that Neural Compressor and DyNAS-T published."""

import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import PrivateAttr, field_validator

from engine import published_names
from engine.basic_settings import (
    APPROACH_BY_ALGORITHM,
    USUAL_APPROACH,
    USUAL_TRIALS,
    BasicMark,
    is_basic,
)
from engine.config_sections import DynasSection, SearchSection
from engine.errors import ConfigError
from engine.published_settings import MOVED
from engine.setting_errors import SettingPath
from engine.settings_section import Section


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

    _basic: BasicMark = PrivateAttr(default_factory=BasicMark)

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
            return super().__getattr__(name) if path is None else _holder(self, path)[path[-1]]

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

    def read_basic(self) -> None:
        """Where the approach is `basic`, let its algorithm choose how it searches."""
        search, dynas = self.search, self.dynas
        if "num_evals" not in dynas.model_fields_set:
            usual = type(dynas).model_fields["num_evals"].default
            dynas.__dict__["num_evals"] = USUAL_TRIALS if self._basic else usual
        algorithm = search.search_algorithm
        if not self._basic or not algorithm:
            return
        approach = APPROACH_BY_ALGORITHM.get(algorithm.casefold())
        self.__dict__["approach"] = approach or USUAL_APPROACH
        if approach:
            search.__dict__["search_algorithm"] = None

    def mark_basic(self, approach: Any) -> None:
        """Note whether `approach` is `basic`, whose algorithm may be assigned later."""
        self._basic = BasicMark(is_basic(approach))

    def require_choices(self) -> None:
        """Raise ConfigError if the approach is `basic`, and nothing says what it searches."""
        if self._basic and self.search.search_space is None:
            raise ConfigError(
                "approach: basic needs a search_space. Give one such as {'channels': [16, 32]} "
                "with functions that evaluate it, or choose an approach that searches a supernet."
            )

    def _approach_of(self, name: Any) -> Any:
        """The approach that `name` stands for; of `basic` the one that its algorithm chose."""
        was_basic = bool(self._basic)
        self.mark_basic(name)
        if not self._basic:
            return name
        return self.approach if was_basic else USUAL_APPROACH


def _holder(config: Section, path: tuple[int | str, ...]) -> dict[str, Any]:
    holder = config if len(path) == 1 else getattr(config, str(path[0]))
    return dict(holder)


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
