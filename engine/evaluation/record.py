"""The record of one evaluation, as the log keeps it and everything else reads it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from engine.meters.conditions import warning
from engine.sources import extrapolated
from engine.space import Config as Config

KNOWN = -1
"""The cycle of evaluations that were known before the search began."""

_MAPPINGS = ("config", "metrics", "sources", "predicted", "conditions", "uncalibrated")


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One evaluated sub-network.

    `number` counts from 1 in the order of the log (0: not in a log yet). `genotype` holds the
    canonical gene indices. `metrics` maps metric name to value in that metric's unit, `sources` to
    where it came from; a failed evaluation has the computable metrics only, and a `reason`.
    `predicted` is what the predictors had said of the measured objectives before, where they were
    asked. `uncalibrated` keeps what a published predictor said of a metric whose value was
    calibrated. `cycle` 0 is the initial sample, `KNOWN` what a warm start brought. `seconds` is the
    time the measurement took. `finished` is a POSIX timestamp. `reused` marks numbers that were
    measured before: taken from the evaluation cache, or brought by a warm start. `conditions` say
    what its latency was timed on, as `engine.meters.conditions` has it; empty where none was
    timed, and in logs of older versions. `stderr` is the end of what its worker wrote, if it
    failed. `ran` is how many seconds the run had been running when it was recorded, by a clock
    that nobody sets; None in logs of older versions.
    """

    number: int
    genotype: tuple[int, ...]
    config: Config
    cycle: int
    status: Literal["ok", "failed"]
    metrics: Mapping[str, float]
    sources: Mapping[str, str]
    seconds: float
    finished: float
    predicted: Mapping[str, float] = field(default_factory=dict)
    reused: bool = False
    reason: str = ""
    worker: str = ""
    conditions: Mapping[str, Any] = field(default_factory=dict)
    stderr: str = ""
    ran: float | None = None
    uncalibrated: Mapping[str, float] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether every requested metric was obtained."""
        return self.status == "ok"

    @property
    def disturbed(self) -> bool:
        """Whether other programs ran while its latency was timed."""
        return bool(warning(self.conditions))

    @property
    def extrapolated(self) -> bool:
        """Whether a number lies beyond the measurements that it was calibrated on."""
        return any(map(extrapolated, self.sources.values()))

    def to_json(self) -> dict[str, Any]:
        """Plain data that `from_json` takes back, to be written at once: values are not copied."""
        plain = {name: getattr(self, name) for name in self.__dataclass_fields__}
        mappings = {name: dict(plain[name]) for name in _MAPPINGS}
        return {**plain, **mappings, "genotype": list(self.genotype)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Evaluation":
        """The evaluation that `to_json` wrote; fields of newer versions are ignored."""
        known = {name: data[name] for name in cls.__dataclass_fields__ if name in data}
        for name in _ALIKE:
            if isinstance(known.get(name), dict):
                known[name] = _shared(known[name])
        return cls(**{**known, "genotype": tuple(known["genotype"])})


_ALIKE = ("sources", "predicted", "conditions", "uncalibrated")
"""The fields that are the same in many evaluations of a run: kept once, a long log is smaller."""

_MOST_KEPT = 1000
_kept: dict[tuple[Any, ...], dict[str, Any]] = {}


def _shared(mapping: dict[str, Any]) -> dict[str, Any]:
    """An equal mapping that was read before, if there is one; those with numbers are not kept."""
    if not all(isinstance(value, str) for value in mapping.values()):
        return mapping
    if len(_kept) > _MOST_KEPT:
        _kept.clear()
    return _kept.setdefault(tuple(mapping.items()), mapping)
