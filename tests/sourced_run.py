"""Runs whose numbers came about in one way or another, for tests of how they are worded."""

from pathlib import Path

import numpy as np

from engine.config import NASConfig
from engine.evaluation.record import Evaluation
from engine.log.evaluation_log import DiskLog
from engine.runs.history import RunHistory
from engine.sources import is_calibrated
from engine.supernets import registry

SUPERNET = "ofa_mbv3_fashion_d234_e346_k357"
METRICS = ["acc", "lat", "macs", "params"]
MEASURED = {"acc": "measured", "lat": "measured", "macs": "exact", "params": "exact"}


def write_sourced_run(
    data_dir: Path, run: str, sources: list[dict[str, str]], predicted: float | None = None,
    objectives: tuple[str, str] = ("acc", "lat"), accuracy: float = 80.0,
    limits: tuple[str, ...] = (),
) -> str:  # fmt: skip
    """A finished run with an evaluation for each of `sources`, all on the front; its id.

    `sources` name those of METRICS that differ from MEASURED. Cost and accuracy rise, the latter
    from `accuracy` in percent.
    """
    supernet = registry.load(SUPERNET)
    rng = np.random.default_rng(len(sources))
    genotypes = supernet.space.sample(len(sources), rng)
    record = [name for name in METRICS if name not in objectives]
    config = NASConfig(dynas={"metrics": list(objectives), "record": record,
                              "workers": 1, "num_evals": len(sources),
                              "constraints": list(limits)})  # fmt: skip
    folder = data_dir / "runs" / run
    folder.mkdir(parents=True)
    log = DiskLog(folder / "log")
    log.append_event("created", {"config": config.to_dict(), "name": run})
    for i, (genotype, given) in enumerate(zip(genotypes, sources, strict=True)):
        macs, params = map(float, supernet.macs_params(genotype)[0])
        told = {**MEASURED, **given}
        log.append(
            Evaluation(
                number=0,
                genotype=tuple(int(choice) for choice in genotype),
                config=supernet.space.to_config(genotype),
                cycle=i // 4,
                status="ok",
                metrics={"acc": accuracy + i, "lat": 5.0 + i, "macs": macs, "params": params},
                sources=told,
                seconds=0.1,
                finished=1_760_000_000.0 + i,
                predicted={} if predicted is None or i < 4 else {"acc": accuracy + i + predicted},
                uncalibrated={"acc": accuracy + 5 + i} if is_calibrated(told["acc"]) else {},
            )
        )
    log.append_event("state", {"state": "finished", "message": ""})
    log.close()
    return run


def sourced_history(
    data_dir: Path, run: str, sources: list[dict[str, str]], accuracy: float = 80.0
) -> RunHistory:
    """The history of a run that is written first."""
    write_sourced_run(data_dir, run, sources, predicted=0.5, accuracy=accuracy)
    return RunHistory(run, DiskLog(data_dir / "runs" / run / "log"))
