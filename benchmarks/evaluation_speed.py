"""How fast one evaluation is, beside Once-for-All's own path, on the same images and threads.

`ofa`'s path: `get_active_subnet`, `RunManager.reset_running_statistics`, `RunManager.validate`, and
a count by fvcore. Ours: `Supernet.measure` and the cost table. Both classify the same images after
statistics from the same images, one after the other for each sub-network; `ofa` finds them decoded
and normalised in memory, which its own data loader would not. At 224 x 224, weights are random and
images are made, which take as long as others. Prints the ratios and what share of the speed of a
dense convolution, timed in the same run, an evaluation reaches. Each has the threads of one of two
workers, the default of a search. A supernet that keeps what sub-networks have in common is timed
twice: with nothing kept, and on the sub-networks that a search asks for, one after the other from
nothing kept on, as one of its workers is; every tenth of them is timed with `ofa` too.

On a GPU (`--device cuda`) there are 2,000 calibration and 5,000 validation images, and each
sub-network is timed twice, by both: at first cuDNN may have to plan, or compile, convolutions of
a size that no earlier one had. With `--runtimes`, classification is compared
with the runtimes that a user could take instead (benchmarks/classification_runtimes.py); with
`--own-path`, our own path with itself, one of its means left out (benchmarks/own_path.py). Only
supernets that are named as arguments, if any are, change in benchmarks/results/
evaluation_speed.json, evaluation_speed_cuda.json, runtime_speed.json or own_path_speed.json.
"""

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import numpy as np
import torch

from benchmarks.classification_runtimes import compare as compare_classification
from benchmarks.classification_runtimes import subnetwork, whole_evaluation
from benchmarks.evaluation_cases import DEVICES, SUPERNETS, Case, cases
from benchmarks.own_path import compare_heaps, compare_ways, genotype
from benchmarks.sample_efficiency import EVALUATIONS, POPULATION
from benchmarks.synthetic_landscapes import SyntheticLandscape, random_network
from engine import data_dir, devices
from engine.config import NASConfig
from engine.data_dir import DataFolder
from engine.devices import Precision
from engine.search.approaches import APPROACHES
from engine.space import Config, Genotypes
from engine.supernets.registry import DEFAULT, load

RESULTS = Path(__file__).parent / "results"
SUBNETWORKS = 3
SEARCHED, BESIDE_OFA = 100, 10
ROUNDS, RGB = 7, 3
OWN_ROUNDS = 9
COMPARED = {
    DEFAULT: (400, "random"),
    "ofa_mbv3_d234_e346_k357_w1.0": (48, "random", "largest", "smallest"),
    "ofa_resnet50": (24, "random"),
}
"""Images a round and sub-networks that are compared with other runtimes, by supernet.

Those of our own path are the same.
"""

Row = dict[str, Any]
"""Seconds and top-1 by way of measuring, and operations, of a sub-network."""


def timed(measure: Callable[[], float]) -> tuple[float, float]:
    """Seconds, and what was measured."""
    start = time.perf_counter()
    value = measure()
    return time.perf_counter() - start, value


def dense_peak(dtype: torch.dtype, device: str) -> float:
    """Operations a second (two a MAC) of a convolution of 256 by 256 channels, 3 x 3 at 28 x 28."""
    n = 16 if device == "cpu" else 512
    x = torch.randn(n, 256, 28, 28, device=device).to(dtype, memory_format=torch.channels_last)
    weight = torch.randn(256, 256, 3, 3, device=device)
    weight = weight.to(dtype, memory_format=torch.channels_last)
    with torch.inference_mode():
        seconds = [timed(lambda: float(torch.conv2d(x, weight)[0, 0, 0, 0]))[0] for _ in range(20)]
    return 2 * n * 256 * 256 * 9 * 26 * 26 / min(seconds)


def measured(case: Case, config: Config, genotype: Genotypes, precisions: list[str]) -> Row:
    """A sub-network by `ofa`, and by us in each of `precisions`."""
    seconds, top1 = {}, {}
    seconds["ofa"], top1["ofa"] = timed(lambda: case.stock(config))
    for p in precisions:
        case.forget()
        seconds[p], top1[p] = timed(lambda p=p: case.ours(config, precision=p))
    operations = 2 * int(case.supernet.macs_params(genotype)[0, 0]) * case.images
    return {"seconds": seconds, "top1": top1, "operations": operations}


def compare(case: Case, peaks: dict[str, float]) -> dict[str, Any]:
    """Time `ofa`'s path and ours, fp32 and bf16, on the same random sub-networks."""
    space = case.supernet.space
    genotypes = space.sample(SUBNETWORKS, np.random.default_rng(0))
    precisions = ["fp32", "bf16"] if "bf16" in peaks else ["fp32"]
    warm = space.to_config(space.smallest)
    short = replace(case, calibration=case.calibration[:1], validation=case.validation[:1])
    for precision in precisions:
        case.ours(warm, precision=precision)
    short.stock(warm)

    def all_of_them() -> list[Row]:
        return [measured(case, space.to_config(g), g, precisions) for g in genotypes]

    result: dict[str, Any] = {"images": case.images}
    if case.settings.device != "cpu":
        result["at_first"] = summary(all_of_them(), peaks)
    return result | summary(all_of_them(), peaks)


def summary(rows: list[Row], peaks: dict[str, float]) -> dict[str, Any]:
    """Ratios, shares of the peaks and differences of top-1, beside the rows."""
    result: dict[str, Any] = {"subnetworks": rows}
    for p in [p for p in peaks if p in rows[0]["seconds"]]:
        result[p] = {
            "ratio": float(np.median([r["seconds"]["ofa"] / r["seconds"][p] for r in rows])),
            "share_of_dense_peak": float(
                np.median([r["operations"] / r["seconds"][p] / peaks[p] for r in rows])
            ),
            "largest_top1_change": max(abs(r["top1"]["ofa"] - r["top1"][p]) for r in rows),
        }
    stock = [r["operations"] / r["seconds"]["ofa"] / peaks["fp32"] for r in rows]
    result["ofa"] = {"share_of_dense_peak": float(np.median(stock))}
    return result


def in_a_search(case: Case) -> dict[str, float]:
    """How many times as fast as `ofa` an evaluation in fp32 is in the course of a search.

    The search is that of the default settings, with made-up accuracies; its evaluations are done
    by two workers in turn, and those of one of them are timed here.
    """
    where = SyntheticLandscape(
        "search", case.supernet.name, ("acc", "macs"), random_network, seed=2
    )
    strategy = APPROACHES["dynas"](where.problem, POPULATION, EVALUATIONS, 0)
    done, rng, ratios, seconds = [], np.random.default_rng(0), [], []
    case.forget()
    while len(done) < 2 * SEARCHED:
        (proposal,) = strategy.ask(1)
        done.append(where.landscape.evaluate(len(done) + 1, proposal, rng))
        strategy.tell(done[-1:])
        if len(done) % 2:
            continue
        config = done[-1].config
        seconds.append(timed(lambda c=config: case.ours(c))[0])
        if len(seconds) % BESIDE_OFA == 0:
            ratios.append(timed(lambda c=config: case.stock(c))[0] / seconds[-1])
    return {"ratio": float(np.median(ratios)), "mean_seconds": float(np.mean(seconds))}


def report(title: str, found: dict[str, Any]) -> None:
    """Print a line for each precision."""
    for precision in [p for p in ("fp32", "bf16") if p in found]:
        row, ofa = found[precision], found["ofa"]["share_of_dense_peak"]
        print(
            f"{title:36}{precision:>6}{row['ratio']:8.2f} x{row['share_of_dense_peak']:8.1%} "
            f"of the dense peak (ofa {ofa:.1%} of fp32's), top-1 within "
            f"{row['largest_top1_change']:.2f} points",
            flush=True,
        )


def compare_runtimes(names: list[str]) -> None:
    """Classification by all runtimes, and whole evaluations by our backends, on one worker's share.

    Written after each sub-network to benchmarks/results/runtime_speed.json.
    """
    limit_threads()
    path = RESULTS / "runtime_speed.json"
    result: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    precisions = get_args(Precision)[: 1 + devices.computes_in_bf16("cpu")]
    for name in names:
        supernet, (size, *kinds) = load(name), COMPARED[name]
        for kind in kinds:
            module = subnetwork(supernet, genotype(supernet, kind))
            images = supernet.task.example_inputs(size)
            row: Row = compare_classification(module, images, ROUNDS, list(precisions))
            if images.shape[1] == RGB:
                for precision in precisions:
                    row[precision]["evaluation"] = whole_evaluation(
                        module, images.shape[2], ROUNDS, precision
                    )
            result[f"{name}, {kind}"] = row
            print(name, kind, json.dumps(row, indent=2), flush=True)
            RESULTS.mkdir(exist_ok=True)
            path.write_text(json.dumps(result, indent=2) + "\n")


def compare_own_path(names: list[str]) -> None:
    """What each means of our own path saves, with one thread.

    Written after each sub-network to benchmarks/results/own_path_speed.json.
    """
    torch.set_num_threads(1)
    path = RESULTS / "own_path_speed.json"
    result: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    for name in names:
        supernet, (size, *kinds) = load(name), COMPARED[name]
        for kind in kinds:
            module = subnetwork(supernet, genotype(supernet, kind))
            images = supernet.task.example_inputs(size)
            for precision in get_args(Precision)[: 1 + devices.computes_in_bf16("cpu")]:
                row = compare_ways(module, images, OWN_ROUNDS, devices.dtype(precision))
                row["heap"] = compare_heaps(name, kind, size, OWN_ROUNDS, precision)
                result[f"{name}, {kind}, {precision}"] = row
                print(name, kind, precision, json.dumps(row, indent=2), flush=True)
                RESULTS.mkdir(exist_ok=True)
                path.write_text(json.dumps(result, indent=2) + "\n")


def limit_threads() -> None:
    """The threads of one of the workers of a search with default settings, without a GPU."""
    os.environ["CUDA_VISIBLE_DEVICES"] = ""  # `ofa` takes a GPU that is there, asked or not
    torch.set_num_threads(max((os.cpu_count() or 1) // NASConfig().dynas.workers, 1))


def main(names: list[str], device: str) -> None:
    """Compare on each supernet, or on those of `names`."""
    if device == "cpu":
        limit_threads()
    path = RESULTS / (
        "evaluation_speed.json" if device == "cpu" else f"evaluation_speed_{device}.json"
    )
    result: dict[str, Any] = json.loads(path.read_text()) if names and path.exists() else {}
    peaks = {"fp32": dense_peak(torch.float32, device)}
    if devices.computes_in_bf16(device):
        peaks["bf16"] = dense_peak(torch.bfloat16, device)
    what = torch.cuda.get_device_name() if device == "cuda" else torch.get_num_threads()
    result |= {"on": what, "dense_peak": peaks}
    with tempfile.TemporaryDirectory() as made:
        data_dir.use(DataFolder(Path(made) / "data"))
        for case in cases(names or SUPERNETS, Path(made), device):
            found = result[case.title] = compare(case, peaks)
            if "at_first" in found:
                report(f"{case.title}, first", found["at_first"])
            report(case.title, found)
            if device == "cpu" and case.forget():
                found["search"] = in_a_search(case)
                ratio = found["search"]["ratio"]
                print(f"{case.title + ', in a search':36}{'fp32':>6}{ratio:8.2f} x")
    RESULTS.mkdir(exist_ok=True)
    path.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="How fast an evaluation is, beside ofa's path.")
    parser.add_argument("supernets", nargs="*", help="all three, if none is named")
    parser.add_argument("--device", default="cpu", choices=DEVICES)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--runtimes", action="store_true", help="beside other runtimes")
    what.add_argument("--own-path", action="store_true", help="without one means of our own path")
    chosen = parser.parse_args()
    if chosen.own_path:
        compare_own_path(chosen.supernets or SUPERNETS)
    elif chosen.runtimes:
        compare_runtimes(chosen.supernets or SUPERNETS)
    else:
        main(chosen.supernets, chosen.device)
