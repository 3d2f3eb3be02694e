"""Former names of options: those under which all options stood in the section `dynas` itself.

Configurations, logs and assignments with these names stay readable. Newer options of the latency
meter have such a name as well, so that all of them can be written alike, and so has an option that
Neural Compressor and DyNAS-T call otherwise.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SECTIONS = {"supernet": "supernet_options", "task": "task_options", "meters": "meter_options"}
"""The settings of the section `dynas` that contain options, by the owner of the options."""


@dataclass(frozen=True)
class FormerOption:
    """The present owner and name of an option, and its former default.

    `owner` is `supernet`, `task`, or the name of a meter. A `refused` option asks for other data or
    another quality; supernets without it refuse it. Supernets without any other option ignore it.
    """

    owner: str
    name: str
    default: Any = None
    refused: bool = False

    @property
    def path(self) -> tuple[str, ...]:
        """Its path in the section `dynas`, such as `("task_options", "test_fraction")`."""
        section = SECTIONS.get(self.owner)
        return (section, self.name) if section else ("meter_options", self.owner, self.name)

    def value(self, dynas: Mapping[str, Any]) -> Any:
        """Its value in the section `dynas`."""
        section: Any = dynas
        for step in self.path[:-1]:
            section = section.get(step, {})
        return section.get(self.name, self.default)


FORMER_OPTIONS: Mapping[str, FormerOption] = {
    "dataset_path": FormerOption("task", "dataset_path", refused=True),
    "test_fraction": FormerOption("task", "test_fraction", 1.0),
    "accuracy_source": FormerOption("supernet", "accuracy_source", "measured", refused=True),
    "weights_path": FormerOption("supernet", "weights_path"),
    "supernet_ckpt_path": FormerOption("supernet", "weights_path"),
    "predictor_path": FormerOption("supernet", "predictor_path"),
    "calibrate": FormerOption("supernet", "calibrate", True),
    "calibration_path": FormerOption("supernet", "calibration_path", refused=True),
    "calibration": FormerOption("supernet", "calibration"),
    "latency_batch": FormerOption("latency", "batch", 1),
    "threads": FormerOption("latency", "threads"),
    "latency_runtime": FormerOption("latency", "runtime", "torch"),
    "latency_table": FormerOption("latency", "table"),
}


def merge_former_options(options: Mapping[str, Any], former: Mapping[str, Any]) -> dict[str, Any]:
    """`options` with the values in `former`, which has former names as keys.

    `options` has the keys `supernet`, `task` and `meters`, the last with options by meter. An
    option that is set to its default is left out, since not every supernet has every option.
    """
    merged = {**options, "meters": dict(options.get("meters", {}))}
    for former_name, value in former.items():
        option = FORMER_OPTIONS[former_name]
        owners = merged if option.owner in ("supernet", "task") else merged["meters"]
        previous = owners.get(option.owner)
        values = dict(previous) if isinstance(previous, Mapping) else {}
        values.pop(option.name, None)
        if value != option.default:
            values[option.name] = value
        owners[option.owner] = values
    merged["meters"] = {meter: values for meter, values in merged["meters"].items() if values}
    return merged


def nest_former_options(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings of the section `dynas` with options by former names moved to their present place."""
    former = {name: value for name, value in settings.items() if name in FORMER_OPTIONS}
    others = {name: value for name, value in settings.items() if name not in FORMER_OPTIONS}
    sections = {owner: others.pop(name) for owner, name in SECTIONS.items() if name in others}
    options = {owner: {} if values is None else values for owner, values in sections.items()}
    if any(not isinstance(values, Mapping) for values in options.values()):
        return {**others, **{SECTIONS[owner]: values for owner, values in options.items()}}
    merged = merge_former_options(options, former)
    return {**others, **{SECTIONS[owner]: values for owner, values in merged.items() if values}}
