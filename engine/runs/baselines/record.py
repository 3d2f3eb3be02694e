"""Baselines: the measured networks of a supernet beside which a front is shown, and their file."""

import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from engine import regular_file
from engine.disk_errors import write_failure
from engine.errors import DataError

_log = logging.getLogger(__name__)
_MAX_BYTES = 10 * regular_file.MB


class Baseline(BaseModel):
    """One network: a `uniform` one, the `largest` of the supernet, or the `original`.

    `metrics` are values by metric with their `sources`; empty if the measurement failed, for the
    `reason`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["uniform", "largest", "original"]
    genotype: tuple[int, ...] = ()
    config: dict[str, Any] = {}
    metrics: dict[str, float] = {}
    sources: dict[str, str] = {}
    reason: str = ""


class Baselines(BaseModel):
    """Uniform scaling of a supernet, smallest first, then its largest network.

    `networks` are empty where all sub-networks are uniform scaling: there is the original alone.
    `original` is the network that the supernet was made from, as it was before; `original_source`
    says where its quality is known from. For other supernets it is the largest network. The file
    does not have these two.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal[1] = 1
    supernet: str
    networks: tuple[Baseline, ...]
    original: Baseline | None = None
    original_source: str = ""

    @property
    def failed(self) -> tuple[Baseline, ...]:
        """The networks that could not be measured."""
        return tuple(network for network in self.networks if network.reason)

    def with_original(
        self, quality: Mapping[str, float], costs: Mapping[str, float], source: str
    ) -> "Baselines":
        """With the original network, of these `costs`.

        Its `quality` by metric is known from `source`; where it is not, the largest network is the
        original.
        """
        largest = self.networks[-1] if self.networks else Baseline(kind="largest")
        values, sources = dict(largest.metrics), dict(largest.sources)
        is_other = bool(quality and (values or not self.networks))
        if is_other:
            values = dict(costs) | dict(quality)
            sources |= dict.fromkeys(quality, "measured")
        original = largest.model_copy(
            update={"kind": "original", "metrics": values, "sources": sources}
            | ({"genotype": (), "config": {}} if is_other else {})
        )
        return self.model_copy(
            update={"original": original, "original_source": source if is_other else ""}
        )


def read_baselines(path: Path) -> Baselines | None:
    """The baselines in a file; None if there is none, or, with a warning, if it is damaged."""
    try:
        found = Baselines.model_validate_json(regular_file.read_text(path, _MAX_BYTES))
        return found if found.networks else None
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        if path.exists():
            _log.warning("The baselines in %s are measured again: %s", path, error)
        return None


def write_baselines(path: Path, baselines: Baselines) -> None:
    """Write the file in one step; raises DataError if it cannot be written."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part.write_text(baselines.model_dump_json(indent=1))
        part.replace(path)
    except OSError as error:
        raise DataError(write_failure(error, "the baselines", path)) from error
