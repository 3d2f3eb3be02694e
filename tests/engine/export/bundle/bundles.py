"""What tests of bundles share: evaluations without a run, and how to write a bundle of one."""

import time
from pathlib import Path

from engine.config import NASConfig
from engine.evaluation.record import Evaluation
from engine.export.bundle.contents import write_bundle
from engine.export.bundle.parts import BUNDLE_PARTS
from engine.export.bundle.request import BundleReport, BundleRequest
from engine.supernets import registry

EXAMPLES = Path(__file__).parents[4] / "examples"


def request_for(
    supernet: str = registry.DEFAULT,
    parts: tuple[str, ...] = BUNDLE_PARTS,
    metrics: dict[str, float] | None = None,
    with_preprocessing: bool = False,
    **settings: object,
) -> BundleRequest:
    """A request for the smallest sub-network, as evaluation 3 of a run."""
    space = registry.load(supernet).space
    config = NASConfig(dynas={"supernet": supernet, **settings})
    evaluation = Evaluation(
        number=3,
        genotype=tuple(int(gene) for gene in space.smallest),
        config=space.to_config(space.smallest),
        cycle=0,
        status="ok",
        metrics=metrics or {},
        sources=dict.fromkeys(metrics or {}, "measured"),
        seconds=1.0,
        finished=time.time(),
    )
    return BundleRequest(config, evaluation, "run-1", "a run", parts, with_preprocessing)


def write(request: BundleRequest, folder: Path) -> BundleReport:
    """Write a bundle in this process."""
    return write_bundle(request, folder, lambda what, done, total: None)
