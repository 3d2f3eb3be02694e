"""The attributes of a configuration that Neural Compressor and DyNAS-T published."""

import warnings
from typing import TYPE_CHECKING, Any

from engine.published_settings import MOVED
from engine.settings_section import Section


class PublishedConfig(Section):
    """A configuration whose settings can also be reached as in Neural Compressor.

    `config.nas` and `config.usr_cfg.nas` are the configuration itself, and `config.seed` is
    `config.search.seed`.
    """

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

    def _assign(self, name: str, value: Any) -> None:
        path = MOVED.get((name,), (name,))
        if len(path) == 1:
            super()._assign(str(path[0]), value)
        else:
            setattr(getattr(self, str(path[0])), str(path[1]), value)


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
