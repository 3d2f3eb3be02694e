"""Evaluation: the record of one evaluated sub-network, as it is stored in the log."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic_core import from_json, to_json

from engine.meters.conditions import disturbance_warning
from engine.sources import is_extrapolated
from engine.space import Config as Config

WARM_START_CYCLE = -1
"""The cycle of evaluations from a warm start, which are older than the search."""

_MAPPING_FIELDS = (
    "config", "metrics", "sources", "predicted", "conditions", "quality_conditions", "uncalibrated",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One evaluated sub-network.

    `number` counts from 1 in the order of the log (0: not in a log yet). `genotype` holds the
    canonical gene indices. `metrics` maps metric name to value in that metric's unit, `sources` to
    where it came from; a failed evaluation has the computable metrics only, and a `reason`.
    `predicted` holds the earlier predictions of the measured objectives, if there were any.
    `uncalibrated` holds the raw output of a published predictor for each calibrated metric. `cycle`
    0 is the initial sample, `WARM_START_CYCLE` marks evaluations of a warm start. `seconds` is the
    duration of the measurement, also of one that failed (0 in logs of older versions), and
    `finished` when it ended, a POSIX timestamp of the machine of the search. `worker` names the
    process that measured it, `lost_workers` those that ended before they had. `reused` marks values
    from the evaluation cache or a warm start. `conditions` describe the hardware and the load under
    which latency was timed, as in `engine.meters.conditions`; empty if no latency was timed, and in
    logs of older versions. `quality_conditions` say what its quality was measured with, as in
    `engine.meters.conditions.quality_conditions`; empty for a quality that was not measured, for
    one that functions of a script return, and in logs of older versions. `stderr` is the end of the
    worker's output if the evaluation failed. `ran` is the running time of the run in seconds when
    this was recorded, by a monotonic clock; None in logs of older versions. `imported_conditions`
    are those of latencies that were imported into the run later, by metric; they are not stored
    with the evaluation.

    >>> evaluation = run.front()[0]
    >>> evaluation.ok, sorted(evaluation.metrics), evaluation.sources["macs"]
    (True, ['acc', 'macs', 'params'], 'exact')
    >>> sorted(evaluation.config)
    ['d', 'e', 'ks']
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
    quality_conditions: Mapping[str, Any] = field(default_factory=dict)
    stderr: str = ""
    ran: float | None = None
    uncalibrated: Mapping[str, float] = field(default_factory=dict)
    lost_workers: tuple[str, ...] = ()
    imported_conditions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

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
        """Whether a value lies outside the range of the measurements used for its calibration."""
        return any(map(is_extrapolated, self.sources.values()))

    def to_json(self) -> dict[str, Any]:
        """Plain data for `from_json`. Values are not copied: serialise it at once."""
        plain = {name: getattr(self, name) for name in self.__dataclass_fields__}
        del plain["imported_conditions"]
        lost_workers = plain.pop("lost_workers")
        if lost_workers:
            plain["lost_workers"] = list(lost_workers)
        mappings = {name: dict(plain[name]) for name in _MAPPING_FIELDS}
        return {**plain, **mappings, "genotype": list(self.genotype)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Evaluation":
        """The evaluation in the plain data of `to_json`; fields of newer versions are ignored.

        To save memory, the genotype and `_PACKED_FIELDS` are stored as bytes and decoded at each
        access. Callers that need one of them several times should keep it in a variable.
        """
        fields = cls.__dataclass_fields__
        values = {name: value for name, value in data.items() if name in fields}
        values["genotype"] = _pack_genotype(values["genotype"])
        values["lost_workers"] = tuple(values.get("lost_workers", ()))
        for name in _PACKED_FIELDS:
            if name in values:
                values[name] = to_json(values[name]) if values[name] else _EMPTY
        for name in _SHARED_FIELDS:
            if name in values:
                values[name] = _share_mapping(values[name])
        return cls(**values)


_PACKED_FIELDS = ("config", "metrics", "predicted", "uncalibrated")
"""Mappings that differ between evaluations: `from_json` stores them as JSON text."""

_SHARED_FIELDS = ("sources", "conditions", "quality_conditions")
"""Mappings that many evaluations have in common: `from_json` stores equal ones once."""

_EMPTY: Mapping[str, Any] = {}
_MAX_SHARED = 1000
_shared_mappings: dict[bytes, Mapping[str, Any]] = {}


def _pack_genotype(genotype: Sequence[int]) -> bytes | tuple[int, ...]:
    """One byte per gene; a tuple if an index is above 255."""
    return bytes(genotype) if max(genotype, default=0) < 256 else tuple(genotype)


def _share_mapping(mapping: Mapping[str, Any]) -> Mapping[str, Any]:
    """An equal mapping from an earlier call, if any; mappings with floats are not shared."""
    if float in map(type, mapping.values()):
        return mapping
    if len(_shared_mappings) > _MAX_SHARED:
        _shared_mappings.clear()
    return _shared_mappings.setdefault(to_json(mapping), mapping)


def _decode_on_access(field_name: str, decode: Callable[[bytes], Any]) -> None:
    """Turn a field of Evaluation into a property that decodes its value if that is bytes."""
    slot = Evaluation.__dict__[field_name]

    def value(evaluation: Evaluation) -> Any:
        stored = slot.__get__(evaluation)
        return decode(stored) if type(stored) is bytes else stored

    setattr(Evaluation, field_name, property(value, slot.__set__))


_decode_on_access("genotype", tuple)
for _name in _PACKED_FIELDS:
    _decode_on_access(_name, from_json)
