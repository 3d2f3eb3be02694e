"""Supernets by name: built-in ones, those trained here, and those of installed packages."""

import functools
from collections.abc import Callable, Collection, Mapping

from engine import plug_ins, published_names, script_objects
from engine.errors import ConfigError, DynasError
from engine.metrics import METRICS, Metric, register_provider
from engine.quoting import quoted
from engine.supernets import plug_in, trained
from engine.supernets.base import Supernet
from engine.supernets.choices.supernet import described_supernets
from engine.supernets.ofa import catalogue
from engine.tasks.images.metrics import QUALITY_METRICS
from engine.tasks.prepared_data import PreparedData

DEFAULT = "ofa_mbv3_fashion_d234_e346_k357"


def _fashion_mnist() -> Supernet:
    from engine.supernets.builtin.supernet import FashionSupernet

    return FashionSupernet()


def _once_for_all(name: str) -> Supernet:
    from engine.supernets.ofa.adapter import ImageNetSupernet

    return ImageNetSupernet(name)


def _elastic(name: str) -> Supernet:
    from engine.supernets.elastic import saved

    return saved.load(name)


BUILT_IN: dict[str, Callable[[], Supernet]] = {
    DEFAULT: _fashion_mnist,
    **{name: functools.partial(_once_for_all, name) for name in catalogue.MODELS},
}
"""What makes each supernet that comes with the engine, by its name."""


def names() -> list[str]:
    """All known supernets: the built-in ones, the default first, those trained here, plug-ins."""
    others = [*trained.names(), *plug_ins.find_entry_points(plug_ins.SUPERNETS)]
    return [*BUILT_IN, *(name for name in dict.fromkeys(others) if name not in BUILT_IN)]


def names_for_inputs(resolutions: Collection[int]) -> list[str]:
    """All known supernets, and those of Once-for-All that take inputs of these resolutions."""
    return [*names(), *catalogue.variants(resolutions)]


def load(name: str) -> Supernet:
    """The supernet called `name`, one object per process until it is trained again.

    Appended to the name of a Once-for-All supernet, `_r160` fixes another input resolution than
    the default and `_r128-160` makes the resolution a gene. A search of choices has a supernet that
    the running script offers, or that a log describes.

    Raises ConfigError for an unknown name, DataError for a package that cannot be used.

    >>> supernet = load_supernet("ofa_mbv3_fashion_d234_e346_k357")
    >>> sorted(supernet.space.to_config(supernet.space.smallest))
    ['d', 'e', 'ks']
    """
    if name not in BUILT_IN and name in trained.names():
        return _elastic(name) if trained.is_elastic(name) else trained.load(name)
    of_scripts: Mapping[str, Supernet] = {
        **described_supernets(),
        **script_objects.offered("supernet"),
    }
    return of_scripts[name] if name in of_scripts else _load(name)


def prepared_data() -> tuple[PreparedData, ...]:
    """Every kind of data that the tasks of known supernets prepare and store."""
    kinds: dict[str, PreparedData] = {}
    for name in names():
        try:
            kinds |= {kind.name: kind for kind in load(name).task.prepared_data}
        except DynasError:
            continue  # the list of supernets shows the error
    return tuple(kinds.values())


def title(name: str) -> str:
    """The title of a supernet; its name if it does not load."""
    try:
        return load(name).title
    except DynasError:
        return name


@functools.cache
def _load(name: str) -> Supernet:
    if name in BUILT_IN:
        return BUILT_IN[name]()
    if catalogue.find(name) is not None:
        return _once_for_all(name)
    point = plug_ins.find_entry_points(plug_ins.SUPERNETS).get(name)
    if point is None:
        reason = published_names.SUPERNETS.get(name, "")
        raise ConfigError(
            f"There is no supernet {quoted(name)}{reason and f': {reason}'}. Choose from: "
            f"{', '.join(names())}."
        )
    return plug_in.load(point)


def quality_metric_names() -> set[str]:
    """The names of the metrics of all tasks: the engine's own and those of installed packages."""
    return {*_metrics(), *(metric.name for metric in QUALITY_METRICS)}


def added_quality_metrics() -> list[Metric]:
    """The usable quality metrics of elastic networks' tasks and of installed packages' ones."""
    return [quality for quality in _metrics().values() if isinstance(quality, Metric)]


@register_provider
def _metrics() -> Mapping[str, Metric | str]:
    """The quality metrics of the tasks of elastic networks and of installed packages' supernets."""
    definitions: dict[str, Metric | str] = {}
    elastic = [name for name in trained.names() if trained.is_elastic(name)]
    for name in (*elastic, *plug_ins.find_entry_points(plug_ins.SUPERNETS)):
        try:
            metrics = load(name).task.metrics
        except DynasError:
            continue  # the supernet picker shows the error
        for quality in metrics:
            if (
                quality.name not in METRICS
                and definitions.setdefault(quality.name, quality) != quality
            ):
                definitions[quality.name] = (
                    f"another supernet than '{name}' has a metric of that name that means "
                    "something else. Rename one, or uninstall one of their packages"
                )
    return definitions
