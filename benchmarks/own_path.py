"""What each means of our own path saves: the path as it is, and with one of them left out.

The means are shortcuts that convolutions overwrite with their result, chunks of several images, and
a heap that keeps what a layer frees. Networks have random weights. Those of the first two classify
the same images in one process; a heap belongs to a process, so two take turns, calibrating and
classifying. The order is turned round in every round. Quartiles are over the rounds.
"""

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.connection import Connection
from typing import Any
from unittest import mock

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from benchmarks.classification_runtimes import subnetwork
from engine import devices
from engine.compat.torch import onednn_convolve_and_add
from engine.devices import Precision
from engine.evaluation import kept_heap
from engine.evaluation.child_process import ChildProcess
from engine.fast import kernels, segment
from engine.fast.network import FusedNetwork
from engine.space import Genotypes
from engine.supernets.base import Supernet
from engine.supernets.registry import load
from engine.tasks.quality_protocol import CALIBRATION_BATCH

Seconds = tuple[float, float]
"""Of the processor, and of the clock."""

Saved = dict[str, list[float]]
"""How many times as fast, as quartiles: `processor` and `clock`."""


def genotype(supernet: Supernet, kind: str) -> Genotypes:
    """The `largest`, the `smallest` or a `random` sub-network."""
    space = supernet.space
    if kind == "random":
        drawn: Genotypes = space.sample(1, np.random.default_rng(0))[0]
        return drawn
    return space.largest if kind == "largest" else space.smallest


MEANS = {
    "shortcuts": ("shortcuts",),
    "several_images": ("several_images",),
    "both": ("shortcuts", "several_images"),
}


@contextlib.contextmanager
def without(means: Iterable[str]) -> Iterator[None]:
    """Leave `means` out in the context, of networks that exist already too."""
    with contextlib.ExitStack() as stack:
        if "shortcuts" in means:
            name = "onednn_convolve_and_add_in_place"
            stack.enter_context(mock.patch.object(kernels, name, _add_elsewhere))
        if "several_images" in means:
            stack.enter_context(mock.patch.object(segment, "_FEWEST_INPUTS", 1))
        yield


def _add_elsewhere(residual: Tensor, x: Tensor, *args: Any) -> Tensor:
    return onednn_convolve_and_add(x, residual, *args)


def compare_ways(module: nn.Module, x: Tensor, rounds: int, dtype: torch.dtype) -> dict[str, Any]:
    """What each of `MEANS` saves of the classification of `x`, and the largest difference."""
    network = FusedNetwork.from_module(module, dtype)
    assert network is not None

    def run(way: str) -> Tensor:
        with without(MEANS.get(way, ())):
            return network(x)

    ways = ["as_it_is", *MEANS]
    outputs = {way: run(way) for way in ways}
    spent = take_turns({way: lambda way=way: _timed(lambda: run(way)) for way in ways}, rounds)
    expected = outputs["as_it_is"]
    return {
        **{way: saved(spent[way], spent["as_it_is"]) for way in MEANS},
        "largest_difference": max(
            float((outputs[way] - expected).abs().max() / expected.abs().max()) for way in MEANS
        ),
    }


def compare_heaps(name: str, kind: str, images: int, rounds: int, precision: Precision) -> Saved:
    """What a kept heap saves of a calibration and a classification of `images`."""
    children = {
        keeps: ChildProcess(_evaluate_on_request, name, kind, images, precision, keeps)
        for keeps in (True, False)
    }

    def turn(keeps: bool) -> Seconds:
        children[keeps].send("evaluate")
        seconds: Seconds = children[keeps].receive()
        return seconds

    try:
        for keeps in children:
            turn(keeps)
        turns = {str(keeps): lambda keeps=keeps: turn(keeps) for keeps in children}
        spent = take_turns(turns, rounds)
    finally:
        for child in children.values():
            child.end()
    return saved(spent["False"], spent["True"])


def _evaluate_on_request(
    pipe: Connection, name: str, kind: str, images: int, precision: Precision, keeps: bool
) -> None:
    if keeps:
        kept_heap.keep_heap()
    torch.set_num_threads(1)
    supernet = load(name)
    fused = FusedNetwork.from_module(
        subnetwork(supernet, genotype(supernet, kind)), devices.dtype(precision)
    )
    assert fused is not None
    calibration = supernet.task.example_inputs(CALIBRATION_BATCH)
    x = supernet.task.example_inputs(images)

    def evaluate() -> None:
        fused.calibrate([calibration])
        fused(x)

    while pipe.recv():
        pipe.send(_timed(evaluate))


def _timed(work: Callable[[], object]) -> Seconds:
    start = time.process_time(), time.perf_counter()
    work()
    return time.process_time() - start[0], time.perf_counter() - start[1]


def take_turns(
    turns: dict[str, Callable[[], Seconds]], rounds: int
) -> dict[str, npt.NDArray[np.float64]]:
    """`(rounds, 2)` seconds by name."""
    spent: dict[str, list[Seconds]] = {name: [] for name in turns}
    for number in range(rounds):
        for name in list(turns)[:: 1 if number % 2 else -1]:
            spent[name].append(turns[name]())
    return {name: np.array(seconds) for name, seconds in spent.items()}


def saved(before: npt.NDArray[np.float64], after: npt.NDArray[np.float64]) -> Saved:
    """How many times as fast `after` is, both `(rounds, 2)`."""
    quartiles = np.percentile(before / after, [25, 50, 75], axis=0)
    return {"processor": quartiles[:, 0].tolist(), "clock": quartiles[:, 1].tolist()}
