"""A supernet that fails in whatever way its data folder says: installed for workers, too.

The file `mode` of the folder given as `dataset_path` holds the way, so that a cause can be mended
between two tries. What is measured is `acc`.
"""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from engine.metrics import METRICS
from engine.options import Options, option
from engine.space import Gene, SearchSpace
from engine.supernets.base import Supernet
from engine.tasks.base import Task

NAME = "troubled"
_NUMBERS = {
    "nan": float("nan"), "infinite": float("inf"), "complex": 1j, "text": "90", "truth": True,
    "below": -5, "above": 1e300, "list": [90.0], "tensor": np.array([1.0, 2.0]), "nothing": None,
}  # fmt: skip
WRONG_NUMBERS = tuple(_NUMBERS)


class TroubleOptions(Options):
    """The folder with the file `mode`."""

    dataset_path: str | None = option(None, "Folder", "Holds the file `mode`.", path=True)


class Trouble(Task):
    """Measures in the way that the folder says."""

    name, metrics, origin = "trouble", (METRICS["acc"],), "None."
    Options = TroubleOptions

    def example_inputs(self, count, resolution=None):
        import torch  # only where networks run

        return torch.zeros(count, 1)

    def fingerprint(self, settings):
        return "troubled"

    def bounds(self, metric):
        return 0.0, 100.0

    def quality(self, network, part, metrics, settings, resolution=None):
        path = self.options(settings).dataset_path
        mode = (Path(path) / "mode").read_text().strip() if path else "fine"
        return _answer(mode, network(self.example_inputs(1)), Path(path or "."))


class Troubled(Supernet):
    """Twelve genes; measuring takes no time unless it is in trouble."""

    name, title, description, task = NAME, "Troubled", "Twelve genes.", Trouble()
    space = SearchSpace(tuple(Gene("w", (1, 2, 3, 4, 5, 6)) for _ in range(12)))

    def macs_params(self, genotypes):
        if not len(genotypes):
            raise AssertionError("asked for the costs of nothing")
        weights = np.arange(1, 13)
        return np.stack([1000 + genotypes @ weights, 10 + genotypes.sum(axis=1)], axis=1)

    def bounds(self, metric):
        return {"acc": (0.0, 100.0), "macs": (2000.0, 0.0)}.get(metric, (200.0, 0.0))

    def weights_digest(self, settings):
        return "troubled"

    def extract(self, config, settings):
        from tests.engine.carrier import Carrier  # loads torch

        return Carrier(config)


class _SpeechlessError(Exception):
    def __str__(self):
        raise TypeError("no text")


def accuracy(config):
    """The accuracy of a configuration: smooth, and nowhere the same."""
    return 50 + sum(0.3 * w + 0.01 * i * w * (i % 3 - 1) for i, w in enumerate(config["w"]))


def _answer(mode, config, folder):
    fine = {"acc": accuracy(config)}
    if mode in _NUMBERS:
        return {"acc": _NUMBERS[mode]}
    if mode == "missing":
        return {"loss": 1.0}
    if mode == "no mapping":
        return 90.0
    if mode == "overriding":
        return {**fine, "macs": 1.0, "params": -1.0}
    if mode == "hang":
        (folder / "hanging").touch()
        sys.stderr.write("waiting for a lock\n")
        while True:
            time.sleep(3600)
    if mode == "slow":
        time.sleep(0.1)
    if mode == "kill the worker":  # of a cluster
        os.kill(multiprocessing.parent_process().pid, signal.SIGKILL)
    if mode == "start a program":
        program = subprocess.Popen(["sleep", "3600"])
        (folder / "started.part").write_text(str(program.pid))
        (folder / "started.part").rename(folder / "started")
        program.wait()
    if mode == "die":
        sys.stderr.write("about to die\n")
        os.kill(os.getpid(), signal.SIGKILL)
    if mode == "die once":
        try:
            (folder / "died").touch(exist_ok=False)
        except FileExistsError:
            return fine
        os.kill(os.getpid(), signal.SIGKILL)
    if mode == "leave":
        sys.exit(3)
    if mode == "out of memory":
        raise MemoryError
    if mode == "lone surrogate":
        raise ValueError("no such file:\n caf\udce9" + "." * 10**6)
    if mode == "speechless":
        raise _SpeechlessError
    if mode == "raise":
        raise RuntimeError("the images are gone")
    if mode == "allocate again":
        return {"acc": _share_of_cleared_pages()}
    if mode == "print":
        sys.stdout.write("printed by python\n")
        subprocess.run(["echo", "printed by another program"], check=True)
        os.write(1, b"printed by C\n")
    if mode == "print and raise":
        sys.stdout.write("".join(f"line {i}\n" for i in range(2000)) + "the last line\n")
        raise RuntimeError("by zero")
    return fine


def _share_of_cleared_pages():
    """The pages, in %, that the system clears when freed memory is allocated once more."""
    import resource  # Windows has none

    faults = 0
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        blocks = [bytearray(4 << 20) for _ in range(16)]
        del blocks
        faults = resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
    return min(100.0, 100.0 * faults * resource.getpagesize() / (64 << 20))
