"""What int8 costs and saves, and whether a search in int8 finds another front than one in fp32.

Sub-networks of the built-in supernet, from the smallest to the largest, are measured in fp32 and in
int8 on the 5,000 validation images. Both files are run by ONNX Runtime on one core, in turns, and
timed by the time that the processor worked for them. Sub-networks of ResNet50 at 224 pixels have
random weights, which tells size and time, but not accuracy.

Then the built-in supernet is searched twice with the same seed: for accuracy in fp32, after which
the sub-networks that were found are quantised, and for accuracy in int8. Both fronts are valued by
their accuracy in int8. Prints the numbers and writes them to benchmarks/results/int8.json.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from benchmarks.bf16_ranking import front_kept, order, spread
from engine.config import NASConfig
from engine.evaluation_settings import EvaluationSettings
from engine.meters.measured_network import MeasuredNetwork
from engine.meters.quantized_network import QuantizedNetwork
from engine.pareto.front import non_dominated
from engine.python_api.nas import run_search
from engine.runtimes.onnx_model import OnnxModel, export_onnx
from engine.runtimes.onnx_runtime import OnnxRuntime
from engine.runtimes.quantization import quantize
from engine.space import Config
from engine.supernets.base import Supernet
from engine.supernets.ofa.adapter import ImageNetSupernet
from engine.supernets.ofa.catalogue import MODELS
from engine.supernets.registry import DEFAULT, load
from engine.tasks.statistics import recalibrate

RESULTS = Path(__file__).parent / "results"
RESNET = "ofa_resnet50"
_PASSES = {DEFAULT: 200, RESNET: 20}  # of each network, timed in turns
_RESNET_INPUTS = 40

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Files:
    """A sub-network as exported in fp32 and in int8, with the seconds that quantisation took."""

    fp32: OnnxModel
    int8: OnnxModel
    seconds: float

    def compared(self, inputs: Any, passes: int) -> dict[str, float]:
        """Bytes, and milliseconds of a pass of `inputs` with one thread."""
        fp32, int8 = (milliseconds([self.fp32, self.int8], inputs, passes)).tolist()
        sizes = len(self.fp32.content), len(self.int8.content)
        return {
            "fp32_bytes": sizes[0],
            "int8_bytes": sizes[1],
            "size_ratio": sizes[1] / sizes[0],
            "fp32_ms": fp32,
            "int8_ms": int8,
            "time_ratio": int8 / fp32,
            "quantisation_seconds": self.seconds,
        }


def milliseconds(models: list[OnnxModel], inputs: Any, passes: int) -> Floats:
    """`(models,)` medians of the time that one core worked for a pass; the models take turns."""
    runs = [OnnxRuntime().load(model.content, 1) for model in models]
    arrays = models[0].arrays(inputs)

    def timed(run: Callable[..., Any]) -> float:
        start = time.thread_time()
        run(arrays)
        return 1e3 * (time.thread_time() - start)

    for _ in range(10):
        for run in runs:
            run(arrays)
    return np.median([[timed(run) for run in runs] for _ in range(passes)], axis=0)


def built_in(supernet: Supernet, config: Config) -> dict[str, Any]:
    """Accuracies, bytes and milliseconds of one sub-network with its trained weights."""
    subject = MeasuredNetwork(supernet, config, EvaluationSettings())
    accuracy = supernet.task.quality(subject.network, "validation", ["acc"], subject.settings)
    quantized, start = QuantizedNetwork(subject), time.perf_counter()
    files = Files(subject.onnx_model, quantized.model, time.perf_counter() - start)
    return {
        "config": config,
        "macs": int(supernet.macs_params(subject.genotype[None])[0, 0]),
        "acc": accuracy["acc"],
        **quantized.quality(["acc_int8"]),
        **files.compared(subject.inputs(1), _PASSES[DEFAULT]),
    }


def resnet(count: int) -> list[dict[str, Any]]:
    """Bytes and milliseconds of sub-networks of ResNet50 at 224 pixels with random weights."""
    torch.manual_seed(0)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        weights = Path(folder) / "random.weights"
        torch.save(MODELS[RESNET].build().state_dict(), weights)
        supernet = ImageNetSupernet(RESNET)
        settings = EvaluationSettings(weights_path=str(weights))
        for genotype in spread(supernet.space, count):
            config = supernet.space.to_config(genotype)
            module = supernet.extract(config, settings)
            inputs = supernet.task.example_inputs(_RESNET_INPUTS)
            recalibrate(module, [inputs])
            model, start = export_onnx(module, inputs[:2], "images", "logits"), time.perf_counter()
            files = Files(model, quantize(model, [inputs]), time.perf_counter() - start)
            row = {"config": config, **files.compared(inputs[:1], _PASSES[RESNET])}
            rows.append(row)
            print(json.dumps(row), flush=True)
    return rows


def middle(rows: list[dict[str, Any]], name: str) -> list[float]:
    """The smallest, the median and the largest value."""
    return [float(q) for q in np.quantile([row[name] for row in rows], (0, 0.5, 1))]


def costs(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """What is reported of every supernet."""
    names = ("size_ratio", "time_ratio", "quantisation_seconds")
    return {"subnetworks": len(rows), **{name: middle(rows, name) for name in names}}


def column(rows: list[dict[str, Any]], name: str) -> Floats:
    """`(n,)` values."""
    return np.array([row[name] for row in rows], dtype=np.float64)


def ranking(rows: list[dict[str, Any]], supernet: Supernet) -> dict[str, Any]:
    """How int8 changes accuracy, its order, and the front over MACs."""
    fp32, int8, macs = (column(rows, name) for name in ("acc", "acc_int8", "macs"))
    change = int8 - fp32
    in_fp32, in_int8 = (non_dominated(np.c_[-accuracy, macs]) for accuracy in (fp32, int8))
    return {
        "fp32_top1": [float(fp32.min()), float(fp32.max())],
        "int8_change": {
            "mean": float(change.mean()),
            "deviation": float(change.std()),
            "lowest": float(change.min()),
            "highest": float(change.max()),
        },
        "order": order(fp32, int8),
        "front_in_fp32": int(in_fp32.sum()),
        "front_in_int8": int(in_int8.sum()),
        "in_both": int((in_fp32 & in_int8).sum()),
        "hypervolume_kept": front_kept(fp32, int8, macs, supernet),
    }


def searched(seed: int, evaluations: int, folder: Path, supernet: Supernet) -> dict[str, Any]:
    """Two searches with the same seed, by accuracy in fp32 and in int8."""
    rows: dict[str, list[dict[str, float]]] = {}
    for objective, other in (("acc", "acc_int8"), ("acc_int8", "acc")):
        config = NASConfig(
            approach="evolutionary",
            search={"seed": seed},
            dynas={
                "metrics": [objective, "macs"],
                "record": [other],
                "num_evals": evaluations,
                "population": 10,
                "workers": 1,
            },
        )
        history = run_search(config, folder, progress=False).history
        rows[objective] = [dict(e.metrics) for e in history.evaluations if e.ok]
    together = [*rows["acc"], *rows["acc_int8"]]
    first = np.arange(len(together)) < len(rows["acc"])
    int8, macs = column(together, "acc_int8"), column(together, "macs")

    def kept(objective: str, members: npt.NDArray[np.bool_]) -> float:
        chosen_by = np.where(members, column(together, objective), -np.inf)
        return front_kept(chosen_by, int8, macs, supernet)

    return {
        "seed": seed,
        "evaluations": evaluations,
        "hypervolume_kept": {"fp32": kept("acc", first), "int8": kept("acc_int8", ~first)},
        "front_in_fp32": _front(rows["acc"], "acc"),
        "front_in_int8": _front(rows["acc_int8"], "acc_int8"),
    }


def _front(rows: list[dict[str, float]], objective: str) -> list[dict[str, float]]:
    members = non_dominated(np.c_[-column(rows, objective), column(rows, "macs")])
    return [row for row, is_member in zip(rows, members, strict=True) if is_member]


def main(count: int, resnets: int, evaluations: int, seeds: int) -> None:
    """Measure `count` sub-networks of the built-in supernet, then the rest; write as it goes."""
    torch.set_num_threads(1)
    supernet, rows = load(DEFAULT), []
    result: dict[str, Any] = {"runtime": f"onnxruntime {OnnxRuntime().version}"}

    def write(name: str, value: Any) -> None:
        result[name] = value
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / "int8.json").write_text(json.dumps(result, indent=2) + "\n")

    if resnets:
        write("ofa_resnet50, 224 px, random weights", costs(resnet(resnets)))
    for config in map(supernet.space.to_config, spread(supernet.space, count)):
        rows.append(built_in(supernet, config))
        print(json.dumps(rows[-1]), flush=True)
        if len(rows) > 1:
            write("built-in, 28 px", {**costs(rows), **ranking(rows, supernet)})
    searches = []
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(seeds):
            searches.append(searched(seed, evaluations, Path(folder), supernet))
            write("searches", searches)
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="What int8 costs and saves, and what it finds.")
    parser.add_argument("count", nargs="?", type=int, default=40, help="built-in sub-networks")
    parser.add_argument("--resnets", type=int, default=5, help="sub-networks of ResNet50")
    parser.add_argument("--evaluations", type=int, default=60, help="of each search")
    parser.add_argument("--seeds", type=int, default=3, help="searches of each kind")
    chosen = parser.parse_args()
    main(chosen.count, chosen.resnets, chosen.evaluations, chosen.seeds)
