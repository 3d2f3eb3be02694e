"""Evaluations made up for tests that are not about measuring."""

from engine.evaluation.record import Evaluation


def evaluation(acc: float = 90.0, macs: float = 5e6, *, ok: bool = True, **changes) -> Evaluation:
    fields = {
        "number": 0, "genotype": (0, 1, 2), "config": {"ks": [3], "e": [3], "d": [2]}, "cycle": 0,
        "status": "ok" if ok else "failed",
        "metrics": {"acc": acc, "macs": macs} if ok else {"macs": macs},
        "sources": {"acc": "measured", "macs": "exact"} if ok else {"macs": "exact"},
        "seconds": 1.0, "finished": 1000.0, "reason": "" if ok else "out of memory",
    }  # fmt: skip
    return Evaluation(**{**fields, **changes})
