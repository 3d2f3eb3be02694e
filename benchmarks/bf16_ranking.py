"""Does bf16 change the order of sub-networks? Beside what the choice of images changes.

Sub-networks of the built-in supernet, small to large, are measured in fp32 and in bf16 on the same
5,000 validation images, and in fp32 on other 5,000 images that training has not seen either. What
bf16 swaps is put beside what other images swap, and beside draws of as many of the same images.
The front that bf16 finds is valued by its accuracies in fp32. With `--device cuda` all of it is
done on a GPU. Prints the numbers and writes them to benchmarks/results/bf16_ranking.json, or
bf16_ranking_cuda.json.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from scipy.stats import kendalltau
from torch import Tensor, nn

from engine.devices import Precision
from engine.pareto.front import FrontTracker, non_dominated
from engine.space import Genotypes, SearchSpace
from engine.supernets.base import Supernet
from engine.supernets.builtin import fashion_mnist
from engine.supernets.registry import DEFAULT, load
from engine.tasks import statistics
from engine.tasks.images.image_set import normalise

RESULTS = Path(__file__).parent / "results"
IMAGES = 5_000
DRAWS = 200
_BATCH = 200

Floats = npt.NDArray[np.float64]
Hits = npt.NDArray[np.bool_]
"""`(n, images)` whether each of n sub-networks classifies each image correctly."""


def spread(space: SearchSpace, count: int) -> Genotypes:
    """`(n, genes)` distinct sub-networks from the smallest to the largest, not all of middle size.

    Each has a number in [0, 1] of its own by which its genes prefer large choices.
    """
    rng = np.random.default_rng(0)
    preference = np.linspace(0, 1, count)[:, None]
    drawn = space.canonical(rng.binomial(space.choices - 1, preference, (count, len(space.genes))))
    return np.unique(drawn, axis=0)


def images(split: str, device: str) -> tuple[Tensor, Tensor]:
    """Normalised images that ship, on a device, and their labels."""
    data = fashion_mnist.load_shipped(split)
    pixels = normalise(data.images, torch.device(device), fashion_mnist.KIND)
    return pixels, torch.from_numpy(data.labels.astype(np.int64))


def hits(module: nn.Module, precision: Precision, x: Tensor, labels: Tensor) -> Hits:
    """`(images,)` what a sub-network classifies correctly."""
    classify = statistics.fast_network(module, precision)
    with torch.inference_mode():
        chosen = torch.cat([classify(part).argmax(1) for part in x.split(_BATCH)])
    return np.asarray(chosen.cpu() == labels)


def measure(supernet: Supernet, genotypes: Genotypes, device: str) -> dict[str, Hits]:
    """By `fp32`, `bf16` and `other images` (in fp32)."""
    splits = ("calibration", "validation", "test")
    calibration, validation, test = (images(split, device) for split in splits)
    other = (test[0][:IMAGES], test[1][:IMAGES])
    found: dict[str, list[Hits]] = {"fp32": [], "bf16": [], "other images": []}
    for done, config in enumerate(map(supernet.space.to_config, genotypes), start=1):
        module = supernet.subnetwork(config).to(device)
        if device != "cpu":  # where it was done already
            statistics.recalibrate(module, calibration[0].split(_BATCH), "fp32")
        found["fp32"].append(hits(module, "fp32", *validation))
        found["other images"].append(hits(module, "fp32", *other))
        statistics.recalibrate(module, calibration[0].split(_BATCH), "bf16")
        found["bf16"].append(hits(module, "bf16", *validation))
        if done % 20 == 0:
            print(f"{done} of {len(genotypes)} measured", flush=True)
    return {name: np.stack(rows) for name, rows in found.items()}


def order(first: Floats, second: Floats) -> dict[str, float]:
    """How the order by `(n,)` top-1 in % differs between two measurements.

    `swapped` is the share of pairs that each orders, but the other way round; `mean_gap` and
    `largest_gap` how far they are apart in the first one.
    """
    i, j = np.triu_indices(len(first), 1)
    apart, again = first[i] - first[j], second[i] - second[j]
    gaps = np.abs(apart[apart * again < 0])
    return {
        "kendall_tau": float(kendalltau(first, second)[0]),
        "swapped": len(gaps) / len(apart),
        "mean_gap": float(gaps.mean()) if len(gaps) else 0.0,
        "largest_gap": float(gaps.max(initial=0.0)),
    }


def drawn_anew(hit: Hits, draws: int = DRAWS) -> dict[str, float]:
    """The mean of `order` over draws of as many of the same images, some twice and some never."""
    rng, top1 = np.random.default_rng(0), 100 * hit.mean(axis=1)
    weights = rng.multinomial(hit.shape[1], np.full(hit.shape[1], 1 / hit.shape[1]), draws)
    again = 100 * (hit.astype(np.float64) @ weights.T) / hit.shape[1]
    rows = [order(top1, again[:, draw]) for draw in range(draws)]
    return {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}


def front_kept(chosen_by: Floats, valued_by: Floats, macs: Floats, supernet: Supernet) -> float:
    """The hypervolume of the front that one measurement finds, as a share of the best there is.

    Both are valued by the other measurement, over MACs.
    """
    (low, high), (most, least) = supernet.bounds("acc"), supernet.bounds("macs")
    assert low is not None
    assert most is not None

    def hypervolume(members: npt.NDArray[np.bool_]) -> float:
        tracker = FrontTracker(np.array([-low, most]), np.array([-high, least]))
        points = np.c_[-valued_by, macs]
        return [tracker.add(point) for point in points[members]][-1]

    found = non_dominated(np.c_[-chosen_by, macs])
    return hypervolume(found) / hypervolume(np.ones(len(macs), dtype=bool))


def compared(found: dict[str, Hits], macs: Floats, supernet: Supernet) -> dict[str, Any]:
    """All numbers that are reported, of hits as `measure` has them."""
    top1 = {name: 100 * hit.mean(axis=1) for name, hit in found.items()}
    i, j = np.triu_indices(len(macs), 1)
    differ = found["fp32"][i] ^ found["fp32"][j]
    # The standard error of a difference in top-1, from the images that one of the two classifies.
    error = 100 * np.sqrt(differ.mean(axis=1) / differ.shape[1])
    change = top1["bf16"] - top1["fp32"]
    return {
        "subnetworks": len(macs),
        "images": found["fp32"].shape[1],
        "fp32_top1": [float(top1["fp32"].min()), float(top1["fp32"].max())],
        "bf16_change": {
            "mean": float(change.mean()),
            "deviation": float(change.std()),
            "largest": float(np.abs(change).max()),
        },
        "standard_error_of_a_difference": float(np.median(error)),
        "order": {
            "bf16": order(top1["fp32"], top1["bf16"]),
            "same images drawn anew": drawn_anew(found["fp32"]),
            "other images": order(top1["fp32"], top1["other images"]),
        },
        "hypervolume_kept": {
            name: front_kept(top1[name], top1["fp32"], macs, supernet)
            for name in ("bf16", "other images")
        },
    }


def main(count: int, device: str) -> None:
    """Measure about `count` sub-networks."""
    supernet = load(DEFAULT)
    genotypes = spread(supernet.space, count)
    macs = supernet.macs_params(genotypes)[:, 0].astype(np.float64)
    result = compared(measure(supernet, genotypes, device), macs, supernet)
    RESULTS.mkdir(exist_ok=True)
    name = "bf16_ranking.json" if device == "cpu" else f"bf16_ranking_{device}.json"
    (RESULTS / name).write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Does bf16 change the order of sub-networks?")
    parser.add_argument("count", nargs="?", type=int, default=120, help="about how many of them")
    parser.add_argument("--device", default="cpu", choices=("cpu", "cuda"))
    chosen = parser.parse_args()
    main(chosen.count, chosen.device)
