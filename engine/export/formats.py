"""The formats in which sub-networks are exported, each registered here alone.

The command line, the pages and the ZIP of a shortlist offer what these tables list. An entry names
the function that writes it as `module:function`, so that the tables load without it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

from engine.errors import ConfigError
from engine.export.bundle.parts import BUNDLE_PARTS, PARTS
from engine.quoting import quoted

if TYPE_CHECKING:
    from engine.config import NASConfig
    from engine.evaluation.record import Evaluation
    from engine.runs.history import RunHistory


@dataclass(frozen=True)
class _Format:
    """A format: its `name` in commands and keys, its `label` on buttons, its file."""

    name: str
    label: str
    suffix: str
    mime: str
    written_by: str

    @property
    def _function(self) -> Callable[..., Any]:
        module, _, function = self.written_by.partition(":")
        loaded: Callable[..., Any] = getattr(import_module(module), function)
        return loaded


@dataclass(frozen=True)
class SubNetworkFormat(_Format):
    """A text format of a single sub-network; `name` is also the language it is coloured as."""

    def write(self, config: "NASConfig", evaluation: "Evaluation") -> str:
        """The sub-network of an evaluation as the text of a file."""
        return str(self._function(config, evaluation))

    def file_name(self, number: int) -> str:
        """The name of the file of evaluation `number`."""
        return f"subnetwork-{number}.{self.suffix}"


@dataclass(frozen=True)
class BundleFormat:
    """A folder with model files: the `parts` of a bundle, by `name` in commands."""

    name: str
    label: str
    parts: tuple[str, ...]

    def folder_name(self, number: int) -> str:
        """The name of the folder of evaluation `number`."""
        return f"subnetwork-{number}"


@dataclass(frozen=True)
class ShortlistFormat(_Format):
    """A format of several sub-networks of a run in one file."""

    def write(
        self,
        history: "RunHistory",
        evaluations: "Sequence[Evaluation]",
        held_out: Mapping[int, float],
    ) -> str | bytes:
        """The file for `evaluations`; `held_out` is the main quality on held-out data by number."""
        with history.own_metrics():
            contents: str | bytes = self._function(history, evaluations, held_out)
        return contents


SUBNETWORK_FORMATS = (
    SubNetworkFormat(
        "json", "JSON", "json", "application/json", "engine.export.subnetwork:to_json"
    ),
    SubNetworkFormat(
        "yaml", "YAML", "yaml", "application/yaml", "engine.export.subnetwork:to_yaml"
    ),
    SubNetworkFormat(
        "python", "Python", "py", "text/x-python", "engine.export.subnetwork:to_python"
    ),
)

BUNDLE_FORMATS = (
    BundleFormat("bundle", "Bundle", BUNDLE_PARTS),
    *(BundleFormat(part.name, part.label, (part.name,)) for part in PARTS.values()),
)

SHORTLIST_FORMATS = (
    ShortlistFormat(
        "zip", "ZIP with a folder each", "zip", "application/zip", "engine.export.shortlist:to_zip"
    ),
    ShortlistFormat(
        "json", "One JSON", "json", "application/json", "engine.export.shortlist:to_json"
    ),
    ShortlistFormat(
        "yaml", "One YAML", "yaml", "application/yaml", "engine.export.shortlist:to_yaml"
    ),
    ShortlistFormat("csv", "One CSV", "csv", "text/csv", "engine.export.shortlist:to_csv"),
)


def subnetwork_format(name: str) -> SubNetworkFormat:
    """The text format of that name; raises ConfigError, with those there are, if there is none."""
    return find_format(SUBNETWORK_FORMATS, name)


def export_format(name: str) -> SubNetworkFormat | BundleFormat:
    """The format of a sub-network of that name; raises ConfigError if there is none."""
    formats: tuple[SubNetworkFormat | BundleFormat, ...] = (*SUBNETWORK_FORMATS, *BUNDLE_FORMATS)
    return find_format(formats, name)


_F = TypeVar("_F", SubNetworkFormat, SubNetworkFormat | BundleFormat)


def find_format(formats: Sequence[_F], name: str) -> _F:
    """The one called `name`, in capitals or not; raises ConfigError, with the names there are."""
    for entry in formats:
        if entry.name == name.lower():
            return entry
    names = ", ".join(entry.name for entry in formats)
    raise ConfigError(f"There is no export format {quoted(name)}. Choose from {names}.")
