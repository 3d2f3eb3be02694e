"""Top-1 over MACs of random sub-networks of the built-in supernet, on held-out images.

Each sub-network is measured on the 10,000 test and on the 5,000 validation images, never seen in
training. Ten thousand images blur the order of networks that differ by a few tenths of a point, so
the rank correlations with MACs are given for each set and for all 15,000 images together.
Prints what the landscape must show, writes docs/landscape.json and docs/images/landscape.png.
"""

import json
import os
from concurrent.futures import as_completed
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from scipy.stats import kendalltau, spearmanr

from benchmarks.command_line import given_numbers
from engine.evaluation.evaluator import ProcessEvaluator
from engine.supernets.base import EvaluationSettings
from engine.supernets.registry import DEFAULT, load

DOCS = Path(__file__).parent.parent / "docs"
RESULTS = Path(__file__).parent / "results"
IMAGES = {"test_acc": 10_000, "acc": 5_000}  # images behind each measured top-1


def main(count: int = 500) -> None:
    """Measure the smallest, the largest and `count` random sub-networks."""
    space = load(DEFAULT).space
    random = space.sample(count, np.random.default_rng(0))
    genotypes = np.vstack([space.smallest, space.largest, random])
    macs = load(DEFAULT).macs_params(genotypes)[:, 0]
    evaluator = ProcessEvaluator(DEFAULT, os.cpu_count() or 1)
    futures = {
        evaluator.submit(space.to_config(g), list(IMAGES), EvaluationSettings()): i
        for i, g in enumerate(genotypes)
    }
    measured = np.zeros((len(genotypes), len(IMAGES)))
    for done, future in enumerate(as_completed(futures), start=1):
        measured[futures[future]] = [future.result().values[metric] for metric in IMAGES]
        if done % 50 == 0:
            print(f"{done} of {len(genotypes)} measured", flush=True)
    evaluator.close()
    RESULTS.mkdir(exist_ok=True)
    np.savetxt(RESULTS / "landscape.csv", np.c_[genotypes, macs, measured], "%.10g", delimiter=",")
    report(macs, measured)


def report(macs: np.ndarray, measured: np.ndarray) -> None:
    """Print and draw `(n, 2)` top-1 over `(n,)` MACs; the smallest and the largest come first."""
    count = len(macs) - 2
    accuracy = measured[:, 0]
    together = measured @ np.array(list(IMAGES.values())) / sum(IMAGES.values())
    tops = {"test": accuracy, "validation": measured[:, 1], "together": together}
    result = {
        "random_subnetworks": count,
        "smallest_test_top1": accuracy[0],
        "largest_test_top1": accuracy[1],
        "random_median_test_top1": float(np.median(accuracy[2:])),
        "random_range_test_top1": [float(accuracy[2:].min()), float(accuracy[2:].max())],
        "spearman_top1_macs": {k: float(spearmanr(a[2:], macs[2:])[0]) for k, a in tops.items()},
        "kendall_top1_macs": {k: float(kendalltau(a[2:], macs[2:])[0]) for k, a in tops.items()},
        "spearman_test_validation": float(spearmanr(measured[2:, 0], measured[2:, 1])[0]),
    }
    print(json.dumps(result, indent=2))
    (DOCS / "landscape.json").write_text(json.dumps(result, indent=2) + "\n")
    figure, axes = plt.subplots(figsize=(7, 4.2))
    axes.scatter(macs[2:] / 1e6, together[2:], s=12, alpha=0.6, label=f"{count} random")
    axes.scatter(macs[:1] / 1e6, together[:1], marker="v", label="smallest")
    axes.scatter(macs[1:2] / 1e6, together[1:2], marker="^", label="largest")
    axes.set(xlabel="MACs (M)", ylabel="Top-1 on the 15,000 held-out images (%)")
    axes.legend()
    figure.tight_layout()
    (DOCS / "images").mkdir(exist_ok=True)
    figure.savefig(DOCS / "images" / "landscape.png", dpi=120)


if __name__ == "__main__":
    main(*given_numbers(__doc__, subnetworks=500))
