"""What a measurement of latency costs in each runtime: seconds to export, to load and to time.

Random sub-networks of the built-in supernet and of MobileNetV3 1.0 at 224 pixels with random
weights, on one thread. Seconds are those of the processor, so that other programs change them
little. Prints the median of each part, and that of a pass.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch

from engine.evaluation_settings import EvaluationSettings
from engine.fast.folding import fold_batch_norm
from engine.meters.measured_network import MeasuredNetwork
from engine.runtimes.registry import RUNTIMES
from engine.supernets import registry
from engine.supernets.ofa.catalogue import MODELS

SUPERNETS = (registry.DEFAULT, "ofa_mbv3_d234_e346_k357_w1.0")
SUBNETWORKS = 5

Value = TypeVar("Value")
Row = tuple[float, float, float]
"""Seconds to export, to load, and of a pass."""


def timed(call: Callable[[], Value]) -> tuple[float, Value]:
    """Seconds of the processor in all threads, and what `call` returned."""
    start = time.process_time()
    value = call()
    return time.process_time() - start, value


def pass_seconds(run_pass: Callable[[], object]) -> float:
    """The median of 50 passes after ten, in seconds of this thread, which computes them."""
    seconds = []
    for _ in range(60):
        start = time.thread_time()
        run_pass()
        seconds.append(time.thread_time() - start)
    return float(np.median(seconds[10:]))


def rows_of(subject: MeasuredNetwork) -> dict[str, Row]:
    """A row for each runtime and for torch."""
    module, inputs = subject.module, subject.inputs(1)
    folded = fold_batch_norm(module).to(memory_format=torch.channels_last)
    with torch.inference_mode():
        rows: dict[str, Row] = {"torch": (0.0, 0.0, pass_seconds(lambda: folded(inputs)))}
    export_seconds, model = timed(lambda: subject.onnx_model)
    arrays = model.arrays(inputs)
    for name, runtime in RUNTIMES.items():
        load_seconds, run = timed(partial(runtime.load, model.content, 1))
        rows[name] = (export_seconds, load_seconds, pass_seconds(partial(run, arrays)))
    return rows


def settings_of(name: str, folder: Path) -> EvaluationSettings:
    """Random weights for supernets that come without any."""
    if name not in MODELS:
        return EvaluationSettings()
    torch.manual_seed(0)
    weights = folder / f"{name}.weights"
    torch.save(MODELS[name].build().state_dict(), weights)
    return EvaluationSettings(weights_path=str(weights))


def main() -> None:
    """Time and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("supernets", nargs="*", default=SUPERNETS)
    parser.add_argument("--subnetworks", type=int, default=SUBNETWORKS)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    print("| supernet | runtime | export, s | load, s | 60 passes, s | a pass, ms |")
    print("|---|---|---|---|---|---|")
    for name in arguments.supernets:
        supernet = registry.load(name)
        with tempfile.TemporaryDirectory() as folder:
            settings = settings_of(name, Path(folder))
            configured = supernet.with_options(settings)
            genotypes = configured.space.sample(arguments.subnetworks, np.random.default_rng(0))
            rows = [
                rows_of(MeasuredNetwork(configured, configured.space.to_config(g), settings))
                for g in genotypes
            ]
        for runtime in rows[0]:
            export, load, one_pass = np.median([row[runtime] for row in rows], axis=0)
            values = (export, load, 60 * one_pass, 1e3 * one_pass)
            numbers = " | ".join(f"{value:.2f}" for value in values)
            print(f"| {name} | {runtime} | {numbers} |")


if __name__ == "__main__":
    main()
