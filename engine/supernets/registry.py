"""Supernets by name: the built-in one, and those that installed packages offer."""

import functools
from collections.abc import Callable
from importlib.metadata import entry_points

from engine.errors import ConfigError, DataError
from engine.supernets.base import Supernet
from engine.supernets.ofa import catalogue

DEFAULT = "ofa_mbv3_fashion_d234_e346_k357"
ENTRY_POINT_GROUP = "dynas_studio.supernets"


def _fashion() -> Supernet:
    from engine.supernets.fashion import FashionSupernet

    return FashionSupernet()


def _imagenet(name: str) -> Supernet:
    from engine.supernets.ofa.adapter import ImageNetSupernet

    return ImageNetSupernet(name)


_BUILT_IN: dict[str, Callable[[], Supernet]] = {
    DEFAULT: _fashion,
    **{name: functools.partial(_imagenet, name) for name in catalogue.MODELS},
}


def _plug_ins() -> dict[str, Callable[[], Supernet]]:
    return {point.name: point.load for point in entry_points(group=ENTRY_POINT_GROUP)}


def names() -> list[str]:
    """All known supernets, the default first."""
    return [*_BUILT_IN, *sorted(_plug_ins().keys() - _BUILT_IN.keys())]


@functools.cache
def load(name: str) -> Supernet:
    """The supernet called `name`, one object a process.

    Behind the name of an ImageNet supernet, `_r160` fixes another input resolution than 224 and
    `_r128-224` lets a search choose it.

    Raises ConfigError for an unknown name, DataError for a plug-in that does not load.
    """
    if name in _BUILT_IN:
        return _BUILT_IN[name]()
    if catalogue.find(name) is not None:
        return _imagenet(name)
    plug_ins = _plug_ins()
    if name not in plug_ins:
        raise ConfigError(f"There is no supernet '{name}'. Choose from: {', '.join(names())}.")
    try:
        supernet: Supernet = plug_ins[name]()()  # type: ignore[operator]
    except Exception as error:  # a plug-in may fail in any way; the user learns which one did
        raise DataError(
            f"The supernet '{name}' of an installed package does not load: {error}. "
            "Repair or uninstall that package."
        ) from error
    return supernet
