"""The installed packages whose supernet, task or meters a run measures with."""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution, packages_distributions

from engine import plug_ins
from engine.meters import registry as meters
from engine.quoting import quoted
from engine.supernets import registry, trained

_OF_NO_PLUG_IN = {"engine", "dynas_studio", "__main__", *sys.stdlib_module_names}
_LIBRARIES = {"numpy", "pydantic", "torch"}  # `engine.cluster.versions` compares them
_GROUPS = (plug_ins.SUPERNETS, plug_ins.METERS)


@dataclass(frozen=True)
class JobPackage:
    """The package `name` in its `version` here; `purpose` says what of it a run uses."""

    name: str
    version: str
    purpose: str

    def problem(self, version: str) -> str:
        """Why a machine with another `version`, empty for none, cannot be used; may be empty."""
        if version == self.version:
            return ""
        package = f"the package '{self.name} {self.version}'"
        there = (
            f"which is there in version {version}" if version else "which is not installed there"
        )
        return (
            f"{self.purpose} is of {package}, {there}. Install it with pip install "
            f"{self.name}=={self.version}, or name its wheel in cluster_options.wheels."
        )


def needed_packages(supernet: str, metrics: Iterable[str]) -> tuple[JobPackage, ...]:
    """The packages beside this program that measure `metrics` of a supernet."""
    packages: dict[str, JobPackage] = {}
    for purpose, found in _distributions(supernet, metrics):
        if found is not None:
            packages.setdefault(found.name, JobPackage(found.name, found.version, purpose))
    return tuple(packages.values())


def _distributions(
    supernet: str, metrics: Iterable[str]
) -> Iterator[tuple[str, Distribution | None]]:
    """The packages of what measures, each with the beginning of a sentence on it."""
    loaded, purpose = registry.load(supernet), f"the supernet {quoted(supernet)}"
    is_of_package = supernet not in registry.BUILT_IN and supernet not in trained.names()
    point = plug_ins.find_entry_points(plug_ins.SUPERNETS).get(supernet)
    if is_of_package and point:
        yield purpose, point.dist
    for part in (loaded, loaded.task):
        for module in _modules(part):
            yield purpose, _distribution_of(module)
    for meter in dict.fromkeys(meters.meter_of(metric) for metric in metrics):
        for module in _modules(meter):
            yield f"the meter {quoted(meter.name)}", _distribution_of(module)


def _modules(part: object) -> Iterable[str]:
    """The modules of the classes of an object."""
    return dict.fromkeys(kind.__module__ for kind in type(part).__mro__)


def _distribution_of(module: str) -> Distribution | None:
    """The installed package that a module is of; None for this program and for scripts."""
    package = module.partition(".")[0]
    if package in _OF_NO_PLUG_IN | _LIBRARIES:
        return None
    for group in _GROUPS:
        for point in plug_ins.find_entry_points(group).values():
            if point.module.partition(".")[0] == package and point.dist:
                return point.dist
    names = packages_distributions().get(package)
    return distribution(names[0]) if names else None
