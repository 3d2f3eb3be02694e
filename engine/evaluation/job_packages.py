"""The installed packages whose supernet, task or meters a run measures with."""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution, packages_distributions
from typing import Any

from engine import plug_ins
from engine.evaluation_settings import EvaluationSettings
from engine.meters import registry as meters
from engine.quoting import quoted
from engine.supernets import registry

_OWN = {"engine", "dynas_studio", "__main__", *sys.stdlib_module_names}
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


def needed_packages(
    supernet: str, settings: EvaluationSettings, metrics: Iterable[str]
) -> tuple[JobPackage, ...]:
    """The packages beside this program that measure `metrics` of a supernet."""
    packages: dict[str, JobPackage] = {}
    for purpose, used in _objects(supernet, metrics):
        for module in dict.fromkeys(part.__module__ for part in type(used).__mro__):
            found = _distribution_of(module)
            if found is not None:
                package = JobPackage(found.name, found.version, purpose)
                packages.setdefault(package.name, package)
    return tuple(packages.values())


def _objects(supernet: str, metrics: Iterable[str]) -> Iterator[tuple[str, Any]]:
    """What measures, each with the beginning of a sentence on it."""
    loaded = registry.load(supernet)
    yield f"the supernet {quoted(supernet)}", loaded
    yield f"the task of the supernet {quoted(supernet)}", loaded.task
    for meter in dict.fromkeys(meters.meter_of(metric) for metric in metrics):
        yield f"the meter {quoted(meter.name)}", meter


def _distribution_of(module: str) -> Distribution | None:
    """The installed package that a module is of; None for this program and for scripts."""
    package = module.partition(".")[0]
    if package in _OWN:
        return None
    for group in _GROUPS:
        for point in plug_ins.find_entry_points(group).values():
            if point.module.partition(".")[0] == package and point.dist:
                return point.dist
    names = packages_distributions().get(package)
    return distribution(names[0]) if names else None
