"""The record of one evaluation, as the log keeps it and everything else reads it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic_core import from_json, to_json

from engine.meters.conditions import disturbance_warning
from engine.sources import is_extrapolated
from engine.space import Config as Config

WARM_START_CYCLE = -1
"""The cycle of evaluations that were known before the search began."""

_MAPPINGS = ("config", "metrics", "sources", "predicted", "conditions", "uncalibrated")


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One evaluated sub-network.

    `number` counts from 1 in the order of the log (0: not in a log yet). `genotype` holds the
    canonical gene indices. `metrics` maps metric name to value in that metric's unit, `sources` to
    where it came from; a failed evaluation has the computable metrics only, and a `reason`.
    `predicted` holds the earlier predictions of the measured objectives, if there were any.
    `uncalibrated` holds the raw output of a published predictor for each calibrated metric.
    `cycle` 0 is the initial sample, `WARM_START_CYCLE` marks evaluations of a warm start. `seconds`
    is the duration of the measurement, `finished` a POSIX timestamp. `reused` marks values from the
    evaluation cache or a warm start. `conditions` describe the hardware and the load under which
    latency was timed, as in `engine.meters.conditions`; empty if no latency was timed, and in logs
    of older versions. `stderr` is the end of the worker's output if the evaluation failed. `ran` is
    the running time of the run in seconds when this was recorded, by a monotonic clock; None in
    logs of older versions.
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
        return bool(disturbance_warning(self.conditions))

    @property
    def extrapolated(self) -> bool:
        """Whether a number lies beyond the measurements that it was calibrated on."""
        return any(map(is_extrapolated, self.sources.values()))

    def to_json(self) -> dict[str, Any]:
        """Plain data that `from_json` takes back, to be written at once: values are not copied."""
        plain = {name: getattr(self, name) for name in self.__dataclass_fields__}
        mappings = {name: dict(plain[name]) for name in _MAPPINGS}
        return {**plain, **mappings, "genotype": list(self.genotype)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Evaluation":
        """The evaluation that `to_json` wrote, from what its JSON text says.

        Fields of newer versions are ignored. A long log takes little memory: the genotype and the
        fields of `_PACKED` are kept as bytes, and decoded whenever they are asked for: who needs
        one of them several times asks once.
        """
        fields = cls.__dataclass_fields__
        known = {name: value for name, value in data.items() if name in fields}
        known["genotype"] = _packed_genotype(known["genotype"])
        for name in _PACKED:
            if name in known:
                known[name] = to_json(known[name]) if known[name] else _NOTHING
        for name in _SHARED:
            if name in known:
                known[name] = _shared(known[name])
        return cls(**known)


_PACKED = ("config", "metrics", "predicted", "uncalibrated")
"""The mappings that each evaluation has its own of: `from_json` keeps them as JSON text."""

_SHARED = ("sources", "conditions")
"""The mappings that many evaluations of a run have in common: `from_json` keeps equal ones once."""

_NOTHING: Mapping[str, Any] = {}
_MOST_KEPT = 1000
_kept: dict[bytes, Mapping[str, Any]] = {}


def _packed_genotype(genotype: Sequence[int]) -> bytes | tuple[int, ...]:
    """A byte a gene; a tuple where an index is above 255."""
    return bytes(genotype) if max(genotype, default=0) < 256 else tuple(genotype)


def _shared(mapping: Mapping[str, Any]) -> Mapping[str, Any]:
    """An equal mapping that was read before, if there is one; those with floats are not kept."""
    if float in map(type, mapping.values()):
        return mapping
    if len(_kept) > _MOST_KEPT:
        _kept.clear()
    return _kept.setdefault(to_json(mapping), mapping)


def _decode(field_name: str, decoded: Callable[[bytes], Any]) -> None:
    """Make a field of Evaluation give what its bytes stand for, where it holds bytes."""
    slot = Evaluation.__dict__[field_name]

    def value(evaluation: Evaluation) -> Any:
        held = slot.__get__(evaluation)
        return decoded(held) if type(held) is bytes else held

    setattr(Evaluation, field_name, property(value, slot.__set__))


_decode("genotype", tuple)
for _name in _PACKED:
    _decode(_name, from_json)
