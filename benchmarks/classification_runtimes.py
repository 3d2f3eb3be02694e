"""Classification by our backends and by the runtimes that a user could take instead of them.

Each of them runs the same sub-networks with random weights, with as many threads, on the same
images, which are normalised already. The time is that of the processor, in rounds in which each has
its turn; a ratio is the median over the rounds. Set-up is what a new sub-network costs before its
first image: an export, a compilation. A whole evaluation is calibration on 2,000 images, set-up
and the images, from bytes in memory to logits: its seconds are extrapolated from fewer images.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from engine import devices
from engine.compat.openvino import load_openvino
from engine.devices import Precision
from engine.evaluation_settings import EvaluationSettings
from engine.fast.network import FusedNetwork
from engine.fast.openvino_network import OpenVinoNetwork
from engine.fast.pixel_scale import PixelScale
from engine.runtimes.onnx_model import export_onnx
from engine.runtimes.registry import find_runtime
from engine.space import Genotypes
from engine.supernets.base import Supernet
from engine.supernets.ofa import elastic
from engine.supernets.ofa.adapter import ImageNetSupernet
from engine.tasks.images import pixel_files
from engine.tasks.quality_protocol import CALIBRATION_BATCH

EVALUATED = (1_000, 5_000, 50_000)  # images of a whole evaluation
CALIBRATED = 2_000
_PASS = 8  # images at a time, of runtimes that do not choose it

Classify = Callable[[Tensor], Any]
Make = Callable[[nn.Module, Tensor, Precision], Classify]
Row = dict[str, Any]


def by_torch(module: nn.Module, x: Tensor, precision: Precision) -> Classify:
    """Our own path."""
    network = FusedNetwork.from_module(module, devices.dtype(precision))
    assert network is not None
    return network


def by_openvino(module: nn.Module, x: Tensor, precision: Precision) -> Classify:
    """Our graph for OpenVINO, from the traced network."""
    fused = FusedNetwork.from_module(module, devices.dtype(precision))
    assert fused is not None
    network = OpenVinoNetwork.from_program(fused.program, fused.dtype)
    assert network is not None
    return network


def by_compiled_torch(module: nn.Module, x: Tensor, precision: Precision) -> Classify:
    """`torch.compile`, with weights taken for constants."""
    torch.compiler.reset()
    compiled = torch.compile(module, options={"freezing": True})

    def classify(images: Tensor) -> None:
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16, enabled=precision == "bf16"):
            for part in images.split(_PASS):
                compiled(part)

    return classify


def by_onnxruntime(module: nn.Module, x: Tensor, precision: Precision) -> Classify:
    """ONNX Runtime on an exported file."""
    model = export_onnx(module, x[:2])
    run = find_runtime("onnxruntime").load(model.content, torch.get_num_threads())
    return lambda images: [run(model.arrays(part)) for part in images.split(_PASS)]


def by_exported_openvino(module: nn.Module, x: Tensor, precision: Precision) -> Classify:
    """OpenVINO on an exported file, as a user would run it."""
    model = export_onnx(module, x[:2])
    core = load_openvino().Core()
    read = core.read_model(model.content)
    read.reshape([_PASS, *x.shape[1:]])
    options = {
        "INFERENCE_PRECISION_HINT": "bf16" if precision == "bf16" else "f32",
        "INFERENCE_NUM_THREADS": torch.get_num_threads(),
    }
    request = core.compile_model(read, "CPU", options).create_infer_request()
    return lambda images: [request.infer(model.arrays(part)) for part in images.split(_PASS)]


@dataclass(frozen=True)
class Contender:
    """A way to classify, in the precisions that it has."""

    name: str
    make: Make
    precisions: tuple[Precision, ...] = ("fp32", "bf16")


OURS = Contender("our torch", by_torch), Contender("our OpenVINO", by_openvino)
OTHERS = (
    Contender("torch.compile", by_compiled_torch),
    Contender("onnxruntime", by_onnxruntime, ("fp32",)),
    Contender("OpenVINO", by_exported_openvino),
)


@contextmanager
def processor_seconds(found: list[float]) -> Iterator[None]:
    """Append the seconds of this process's threads inside the context."""
    start = time.process_time()
    yield
    found.append(time.process_time() - start)


def compare(module: nn.Module, x: Tensor, rounds: int, precisions: list[Precision]) -> Row:
    """Milliseconds an image, set-up, and speed beside our torch in fp32, by precision and name."""
    made: dict[tuple[str, Precision], Classify] = {}
    setup: dict[tuple[str, Precision], float] = {}
    for precision in precisions:
        for contender in (*OURS, *OTHERS):
            if precision in contender.precisions:
                seconds: list[float] = []
                with processor_seconds(seconds):
                    classify = contender.make(module, x, precision)
                    classify(x[:_PASS])
                made[contender.name, precision], (setup[contender.name, precision],) = (
                    classify,
                    seconds,
                )
    times: dict[tuple[str, Precision], list[float]] = {key: [] for key in made}
    for classify in made.values():
        classify(x)
    for _ in range(rounds):
        for key, classify in made.items():
            with processor_seconds(times[key]):
                classify(x)
    base = np.array(times["our torch", "fp32"])
    result: Row = {}
    for name, precision in made:
        spent = np.array(times[name, precision])
        result.setdefault(precision, {})[name] = {
            "ms_an_image": float(1000 * np.median(spent) / len(x)),
            "setup": setup[name, precision],
            "speed": float(np.median(base / spent)),
        }
    for precision, row in result.items():
        others = [row[c.name]["speed"] for c in OTHERS if c.name in row]
        ours = max(row[c.name]["speed"] for c in OURS)
        result[precision]["ours_of_best"] = ours / max(*others, ours)
    return result


def whole_evaluation(module: nn.Module, side: int, rounds: int, precision: Precision) -> Row:
    """Seconds of an evaluation by each of our backends and how many times as fast OpenVINO is.

    For as many images as `EVALUATED`; calibration and the time an image are measured on fewer.
    """
    rng, dtype = np.random.default_rng(0), devices.dtype(precision)
    pixels = rng.integers(0, 256, (104, side, side, 3), dtype=np.uint8)
    augmented = rng.integers(0, 256, (CALIBRATION_BATCH, side, side, 3), dtype=np.uint8)
    scale = PixelScale(pixel_files.MEAN, pixel_files.STD)
    calibration, images, setup, torch_images = ([] for _ in range(4))
    for _ in range(rounds):
        fused = FusedNetwork.from_module(module, dtype)
        assert fused is not None
        with processor_seconds(calibration):
            fused.calibrate(pixel_files.batches(augmented, CALIBRATION_BATCH))
        network = OpenVinoNetwork.from_program(fused.program, dtype, scale)
        assert network is not None
        with processor_seconds(setup):
            network.classify_bytes(next(pixel_files.byte_batches(pixels, len(pixels))))
        with processor_seconds(images):
            for part in pixel_files.byte_batches(pixels, len(pixels)):
                network.classify_bytes(part)
        fused(torch.zeros(1, 3, side, side))
        with processor_seconds(torch_images):
            for batch in pixel_files.batches(pixels, len(pixels)):
                fused(batch)
    new, old = np.array(images) / len(pixels), np.array(torch_images) / len(pixels)
    statistics = np.array(calibration) * CALIBRATED / CALIBRATION_BATCH
    prepared = np.array(setup) - np.array(images)
    return {
        "calibration": float(np.median(statistics)),
        "setup": float(np.median(prepared)),
        "ms_an_image": {
            "torch": float(1e3 * np.median(old)),
            "openvino": float(1e3 * np.median(new)),
        },
        "times_as_fast": {
            str(count): float(
                np.median((statistics + count * old) / (statistics + prepared + count * new))
            )
            for count in EVALUATED
        },
    }


def subnetwork(supernet: Supernet, genotype: Genotypes) -> nn.Module:
    """With the statistics of a batch of noise; weights of ImageNet supernets are random."""
    config = supernet.space.to_config(genotype)
    if isinstance(supernet, ImageNetSupernet):
        module = elastic.extract_subnetwork(supernet.model, config, None).eval()
    else:
        module = supernet.extract(config, EvaluationSettings()).eval()
    fused = FusedNetwork.from_module(module)
    assert fused is not None
    fused.calibrate([supernet.task.example_inputs(_PASS)])
    return module
