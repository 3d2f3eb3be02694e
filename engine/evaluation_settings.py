"""Settings of measurements as plain data, which any process can read."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from engine.devices import Precision
from engine.former_options import FORMER_OPTIONS, merge_former_options

OptionValues = Mapping[str, Any]
"""Options by name, as plain data; `engine.options` reads them."""


@dataclass(frozen=True, init=False)
class EvaluationSettings:
    """The settings of a measurement.

    Networks run on `device` in `precision`, with batches of `batch_size` inputs when their quality
    is measured. `supernet`, `task` and `meters` (by the name of the meter) hold the options of
    these, as plain data. `paths_of_run` tells for each path among them that is elsewhere on this
    machine what the run calls it, so that a fingerprint does not depend on the machine. A
    `repetition` above 0 is a repeated measurement: normalisation statistics are then computed on
    other samples of the inputs for it, a sample for each number.

    Keyword arguments also accept the former flat names of options, such as
    `dataset_path` or `latency_batch`.

    >>> EvaluationSettings(batch_size=50, device="cpu").precision
    'fp32'
    """

    batch_size: int = 100
    device: str = "cpu"
    precision: Precision = "fp32"
    supernet: OptionValues = field(default_factory=dict)
    task: OptionValues = field(default_factory=dict)
    meters: Mapping[str, OptionValues] = field(default_factory=dict)
    paths_of_run: Mapping[str, str] = field(default_factory=dict)
    repetition: int = 0

    def __init__(
        self,
        batch_size: int = 100,
        device: str = "cpu",
        precision: Precision = "fp32",
        supernet: OptionValues | None = None,
        task: OptionValues | None = None,
        meters: Mapping[str, OptionValues] | None = None,
        paths_of_run: Mapping[str, str] | None = None,
        repetition: int = 0,
        **former_options: Any,
    ) -> None:
        unknown_names = [name for name in former_options if name not in FORMER_OPTIONS]
        if unknown_names:
            raise TypeError(f"EvaluationSettings has no {', '.join(unknown_names)}")
        options = {"supernet": supernet or {}, "task": task or {}, "meters": meters or {}}
        values = {
            "batch_size": batch_size,
            "device": device,
            "precision": precision,
            "paths_of_run": paths_of_run or {},
            "repetition": repetition,
            **merge_former_options(options, former_options),
        }
        for name, value in values.items():
            object.__setattr__(self, name, value)  # before anybody sees this frozen object

    def meter(self, name: str) -> OptionValues:
        """The options of the meter called `name`."""
        return self.meters.get(name, {})

    def as_in_run(self, values: OptionValues) -> dict[str, Any]:
        """Option values with the paths that the run names."""
        return _renamed(values, self.paths_of_run)

    def with_paths(self, here: Mapping[str, str]) -> "EvaluationSettings":
        """The same with other paths: `here` maps each one of the run to the one on this machine."""
        return replace(
            self,
            supernet=_renamed(self.supernet, here),
            task=_renamed(self.task, here),
            meters={name: _renamed(values, here) for name, values in self.meters.items()},
            paths_of_run={new: old for old, new in here.items()},
        )

    def __hash__(self) -> int:
        parts = [self.batch_size, self.device, self.precision, self.repetition]
        options = [self.supernet, self.task, self.meters]
        return hash(json.dumps([*parts, *options], sort_keys=True, default=str))


def _renamed(values: OptionValues, names: Mapping[str, str]) -> dict[str, Any]:
    """Option values in which each text among `names` is replaced by what it maps to."""
    return {
        name: names.get(value, value) if isinstance(value, str) else value
        for name, value in values.items()
    }
