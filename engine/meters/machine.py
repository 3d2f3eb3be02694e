"""MachineKind: what decides the numbers that a machine measures for a run."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from engine import devices
from engine.evaluation_settings import EvaluationSettings
from engine.meters import registry
from engine.meters.conditions import conditions, describe_conditions, runtime_label

_KINDS_OF_FACTS = {"machine", "runtime"}


@dataclass(frozen=True)
class MachineKind:
    """Machines whose numbers can be compared; plain data.

    `determinants` maps the metrics that depend on a machine to what determines their values there,
    besides sub-network, weights and data (`registry.how_measured`). `conditions` describe the same
    to people. The name of the host is in neither.
    """

    determinants: Mapping[str, Mapping[str, Any]]
    conditions: Mapping[str, Any]

    @classmethod
    def from_log(cls, data: Mapping[str, Any]) -> "MachineKind":
        """The kind in the data of an event `machine`."""
        return cls(data["determinants"], data["conditions"])

    def to_log(self) -> dict[str, Any]:
        """The data of an event `machine`."""
        return {"determinants": self.determinants, "conditions": self.conditions}

    @property
    def key(self) -> str:
        """The same text for the same kind."""
        return json.dumps(self.determinants, sort_keys=True)

    @property
    def description(self) -> str:
        """Such as `Intel Xeon (cpu), 2 threads, fp32, batch 1`; empty if nothing is timed."""
        return describe_conditions(self.conditions)

    def difference(self, other: "MachineKind") -> str:
        """Why numbers of `other` are not comparable with those of this kind, as a sentence.

        Empty if they are of the same kind.
        """
        names = [n for n in self.determinants if self.determinants[n] != other.determinants.get(n)]
        if not names:
            return ""
        mine, others = self.conditions, other.conditions
        if mine.get("name") != others.get("name"):
            part = "GPU" if str(mine.get("device", "")).startswith("cuda") else "processor"
            what = f"another {part} ({others.get('name', 'unknown')}) than {mine.get('name')}"
        else:
            what = _other_part(mine, others)
        return f"It has {what}: not used for {', '.join(names)}."


def kind_of_this_machine(names: Iterable[str], settings: EvaluationSettings) -> MachineKind:
    """What decides the values of some metrics here.

    Raises DataError or ConfigError if this machine lacks the device, or a runtime or a counter that
    a metric needs.
    """
    devices.check(settings.device, settings.precision)
    depending = metrics_of_machine(names, settings)
    for meter in dict.fromkeys(map(registry.meter_of, depending)):
        meter.check(settings)
    timed = registry.machine_metrics(depending, settings)
    facts = registry.measurement_facts(depending, settings)
    described = conditions(settings, facts) if timed else _runtimes(facts)
    kind = {
        "determinants": {name: registry.how_measured(name, settings) for name in depending},
        "conditions": {name: value for name, value in described.items() if name != "host"},
    }
    if timed:
        kind["conditions"]["cores"] = devices.core_count()
    return MachineKind.from_log(json.loads(json.dumps(kind)))


def metrics_of_machine(names: Iterable[str], settings: EvaluationSettings) -> list[str]:
    """Those whose values depend on the machine, or on a runtime that is installed there."""
    return [
        name for name in names if _KINDS_OF_FACTS & registry.meter_of(name).factors(name, settings)
    ]


def _runtimes(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: facts[name] for name in ("int8_runtime",) if name in facts}


def _other_part(mine: Mapping[str, Any], others: Mapping[str, Any]) -> str:
    """The first of their conditions that differs, as `4 cores in place of 8`."""
    for name in ("cores", "threads"):
        if (count := others.get(name)) != mine.get(name):
            noun = name.removesuffix("s") if count == 1 else name
            return f"{count} {noun} in place of {mine.get(name)}"
    if mine.get("int8_runtime") != others.get("int8_runtime"):
        return f"{_labelled(others['int8_runtime'])} in place of {_labelled(mine['int8_runtime'])}"
    if mine.get("runtime_version") != others.get("runtime_version"):
        label = runtime_label(str(mine.get("runtime")))
        return f"{label} {others.get('runtime_version')} in place of {mine.get('runtime_version')}"
    return "other settings or versions of what measures"


def _labelled(runtime: str) -> str:
    name, _, version = runtime.partition(" ")
    return f"{runtime_label(name)} {version}"
