"""Options by the names that they had when all stood in one row: those stay readable."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SECTIONS = {"supernet": "supernet_options", "task": "task_options", "meters": "meter_options"}
"""Where options stand in the section `dynas`."""


@dataclass(frozen=True)
class OptionPlace:
    """Where an option stands now: the options `of`, its name there, its former default.

    `of` is `supernet`, `task`, or the name of a meter. One that is `refused` asks for another
    quality than a supernet without it has; others were taken everywhere, of use or not.
    """

    of: str
    name: str
    default: Any = None
    refused: bool = False

    @property
    def path(self) -> tuple[str, ...]:
        """Where it stands in the section `dynas`, such as `("task_options", "test_fraction")`."""
        section = SECTIONS.get(self.of)
        return (section, self.name) if section else ("meter_options", self.of, self.name)

    def value(self, dynas: Mapping[str, Any]) -> Any:
        """What it is in the section `dynas`."""
        found: Any = dynas
        for step in self.path[:-1]:
            found = found.get(step, {})
        return found.get(self.name, self.default)


FORMER: Mapping[str, OptionPlace] = {
    "dataset_path": OptionPlace("task", "dataset_path", refused=True),
    "test_fraction": OptionPlace("task", "test_fraction", 1.0),
    "accuracy_source": OptionPlace("supernet", "accuracy_source", "measured", refused=True),
    "weights_path": OptionPlace("supernet", "weights_path"),
    "predictor_path": OptionPlace("supernet", "predictor_path"),
    "calibrate": OptionPlace("supernet", "calibrate", True),
    "calibration_path": OptionPlace("supernet", "calibration_path", refused=True),
    "calibration": OptionPlace("supernet", "calibration"),
    "latency_batch": OptionPlace("latency", "batch", 1),
    "threads": OptionPlace("latency", "threads"),
    "latency_table": OptionPlace("latency", "table"),
}


def with_former(options: Mapping[str, Any], former: Mapping[str, Any]) -> dict[str, Any]:
    """Options with some set by their former names.

    `options` are those of the `supernet`, of the `task` and of `meters` by the name of the meter.
    An option that is set to its default is left out: not every supernet has every option.
    """
    changed = {**options, "meters": dict(options.get("meters", {}))}
    for name, value in former.items():
        place = FORMER[name]
        within = changed if place.of in ("supernet", "task") else changed["meters"]
        given = within.get(place.of)
        kept = dict(given) if isinstance(given, Mapping) else {}
        kept.pop(place.name, None)
        within[place.of] = kept if value == place.default else {**kept, place.name: value}
    changed["meters"] = {of: some for of, some in changed["meters"].items() if some}
    return changed


def nested(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings of the section `dynas` with options by their former names where they stand now."""
    former = {name: value for name, value in settings.items() if name in FORMER}
    rest = {name: value for name, value in settings.items() if name not in FORMER}
    there = {of: rest.pop(section) for of, section in SECTIONS.items() if section in rest}
    given = {of: {} if options is None else options for of, options in there.items()}
    if any(not isinstance(options, Mapping) for options in given.values()):
        return {**rest, **{SECTIONS[of]: options for of, options in given.items()}}
    changed = with_former(given, former)
    return {**rest, **{SECTIONS[of]: options for of, options in changed.items() if options}}
