"""A log of many evaluations with made-up accuracy, for tests and timings of long runs.

`python -m tests.long_log DATA_DIR COUNT...` writes one run for each count.
"""

import sys
from pathlib import Path

import numpy as np

from engine.config import NASConfig
from engine.evaluation.record import Evaluation
from engine.log.evaluation_log import DiskLog
from engine.supernets import registry

_POPULATION = 50


def write_long_log(data_dir, count, supernet="ofa_mbv3_fashion_d234_e346_k357", metrics=None):
    """Write a finished run of `count` evaluations; its id. Each 97th has failed."""
    names = metrics or ["acc", "macs"]
    config = NASConfig.from_dict(
        {
            "dynas": {
                "supernet": supernet,
                "metrics": names,
                "num_evals": count,
                "constraints": ["acc >= 85"],
            }
        }
    )
    known = registry.load(supernet)
    rng = np.random.default_rng(0)
    drift = np.linspace(0.0, 0.5, count)[:, None]  # later ones have more of what helps
    genotypes = known.space.canonical(
        (rng.random((count, len(known.space.genes))) ** (1 - drift) * known.space.choices).astype(
            np.int64
        )
    )
    costs = known.macs_params(genotypes).astype(float)
    share = (costs[:, 0] - costs[:, 0].min()) / np.ptp(costs[:, 0])
    accuracy = 84 + 7 * share**0.4 + rng.normal(0, 0.4, count) - 3 * rng.exponential(0.2, count)
    folder = Path(data_dir) / "runs" / f"long-{count}"
    folder.mkdir(parents=True, exist_ok=True)
    log = DiskLog(folder / "log")
    log.append_event("created", {"config": config.to_dict(), "name": f"long run of {count:,}"})
    log.append_all(
        _evaluation(known, i, genotypes[i], costs[i], float(accuracy[i])) for i in range(count)
    )
    log.append_event("state", {"state": "finished", "message": ""})
    log.close()
    return folder.name


def _evaluation(known, i, genotype, costs, accuracy):
    ok = i % 97 != 96
    metrics = {"macs": float(costs[0]), "params": float(costs[1])}
    if ok:
        metrics["acc"] = accuracy
    return Evaluation(
        number=0,
        genotype=tuple(int(choice) for choice in genotype),
        config=known.space.to_config(genotype),
        cycle=i // _POPULATION,
        status="ok" if ok else "failed",
        metrics=metrics,
        sources={name: "measured" if name == "acc" else "exact" for name in metrics},
        seconds=0.9,
        finished=1_760_000_000.0 + i,
        predicted={"acc": accuracy + 0.5} if ok and i >= _POPULATION else {},
        reason="" if ok else "out of memory",
    )


if __name__ == "__main__":
    for number in sys.argv[2:]:
        write_long_log(sys.argv[1], int(number))
