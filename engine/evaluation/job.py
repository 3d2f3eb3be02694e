"""EvaluationJob: what the measurements of one run have in common."""

from dataclasses import dataclass, field

from engine import script_objects
from engine.evaluation_settings import EvaluationSettings
from engine.meters.machine import MachineKind


@dataclass(frozen=True)
class EvaluationJob:
    """The measurements of the run `run_id`, all of sub-networks of `supernet` under `settings`.

    `fingerprint` is the digest of weights and data that the run measures with: a worker with others
    refuses. `script` is what the running script offers, as of `script_objects.to_bytes`. `metrics`
    are those that are measured, and `machine` the kind of machine that the run began with, if any.
    """

    run_id: str
    supernet: str
    settings: EvaluationSettings
    fingerprint: str
    script: bytes = field(default_factory=script_objects.to_bytes)
    metrics: tuple[str, ...] = ()
    machine: MachineKind | None = field(default=None, compare=False)
