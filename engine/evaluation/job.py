"""EvaluationJob: what the measurements of one run have in common."""

from dataclasses import dataclass, field

from engine import script_objects
from engine.evaluation.job_files import JobFile
from engine.evaluation.job_packages import JobPackage
from engine.evaluation_settings import EvaluationSettings
from engine.meters.machine import MachineKind


@dataclass(frozen=True)
class EvaluationJob:
    """The measurements of the run `run_id`, all of sub-networks of `supernet` under `settings`.

    `fingerprint` is the digest of weights and data that the run measures with: a worker with others
    refuses. `files` and `packages` are what a machine needs for that. `script` is what the running
    script offers, as of `script_objects.to_portable_bytes`. `wheels` are of packages that machines
    may lack, and `import_paths` the folders where they are on the machine that measures. `metrics`
    are those that are measured, and `machine` the kind of machine that the run began with, if any.

    >>> fingerprint = supernet.fingerprint(EvaluationSettings())
    >>> EvaluationJob("a-run", supernet.name, EvaluationSettings(), fingerprint).supernet
    'perceptron'
    """

    run_id: str
    supernet: str
    settings: EvaluationSettings
    fingerprint: str
    files: tuple[JobFile, ...] = ()
    packages: tuple[JobPackage, ...] = ()
    script: bytes = field(default_factory=script_objects.to_portable_bytes)
    wheels: tuple[JobFile, ...] = ()
    import_paths: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    machine: MachineKind | None = field(default=None, compare=False)
