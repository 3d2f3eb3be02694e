"""Does OpenVINO change the order of sub-networks? Beside what torch gives for the same networks.

Sub-networks of the built-in supernet, small to large, are calibrated once in each precision and
classified by torch and by OpenVINO, the two backends of the quality meter, on the same 5,000
validation images. Prints the numbers and writes them to benchmarks/results/backend_ranking.json.
"""

import argparse
import json
from collections.abc import Callable, Sequence
from typing import Any, get_args

import numpy as np
import torch
from torch import Tensor, nn

from benchmarks.bf16_ranking import RESULTS, images, order, spread
from engine import devices
from engine.devices import Precision
from engine.fast.network import FusedNetwork
from engine.fast.openvino_network import OpenVinoNetwork
from engine.supernets.base import EvaluationSettings
from engine.supernets.registry import DEFAULT, load
from engine.tasks.quality_protocol import CALIBRATION_BATCH

SUBNETWORKS = 60
_BATCH = 100

Top1 = dict[str, list[float]]
"""Top-1 of each sub-network in %, by backend."""


def top1(network: Callable[[Tensor], Tensor], x: Tensor, labels: Tensor) -> float:
    """In %."""
    chosen = torch.cat([network(part).argmax(1) for part in x.split(_BATCH)])
    return 100 * float((chosen == labels).float().mean())


def measure(module: nn.Module, precision: Precision, calibration: Tensor) -> tuple[Any, Any]:
    """The calibrated sub-network by torch and by OpenVINO."""
    dtype = devices.dtype(precision)
    fused = FusedNetwork.from_module(module, dtype)
    assert fused is not None
    fused.calibrate(calibration.split(CALIBRATION_BATCH))
    return fused, OpenVinoNetwork.from_program(fused.program, dtype)


def compared(found: Top1) -> dict[str, Any]:
    """How much top-1 changes, and the order."""
    by_torch, by_openvino = np.array(found["torch"]), np.array(found["openvino"])
    change = by_openvino - by_torch
    return {
        "subnetworks": len(change),
        "top1": [float(by_torch.min()), float(by_torch.max())],
        "equal": int((change == 0).sum()),
        "mean_change": float(change.mean()),
        "largest_change": float(np.abs(change).max()),
        "order": order(by_torch, by_openvino),
    }


def main(count: int, precisions: Sequence[Precision], image_count: int) -> None:
    """Measure about `count` sub-networks on the first `image_count` images."""
    supernet, settings = load(DEFAULT), EvaluationSettings()
    genotypes = spread(supernet.space, count)
    calibration, _ = images("calibration", "cpu")
    x, labels = images("validation", "cpu")
    path = RESULTS / "backend_ranking.json"
    result: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    for precision in precisions:
        if precision == "bf16" and not devices.computes_in_bf16("cpu"):
            continue
        found: Top1 = {"torch": [], "openvino": []}
        for done, genotype in enumerate(genotypes, start=1):
            module = supernet.extract(supernet.space.to_config(genotype), settings).eval()
            networks = measure(module, precision, calibration)
            for backend, network in zip(found, networks, strict=True):
                found[backend].append(top1(network, x[:image_count], labels[:image_count]))
            if done % 10 == 0 or done == len(genotypes):
                print(precision, done, json.dumps(compared(found)), flush=True)
        result[precision] = {"images": len(x[:image_count]), **compared(found)}
    RESULTS.mkdir(exist_ok=True)
    path.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Does OpenVINO change the order of sub-networks?")
    parser.add_argument("count", nargs="?", type=int, default=SUBNETWORKS)
    parser.add_argument("--precision", choices=get_args(Precision), help="both by default")
    parser.add_argument("--images", type=int, default=5_000, help="validation images")
    chosen = parser.parse_args()
    precisions = (chosen.precision,) if chosen.precision else get_args(Precision)
    main(chosen.count, precisions, chosen.images)
