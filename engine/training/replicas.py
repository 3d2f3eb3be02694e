"""Training in several processes, one for each GPU, started by `torchrun`.

Each process has a share of every batch, and the gradients are averaged (`DistributedDataParallel`
of PyTorch). The first process alone writes files and messages.
"""

import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import TypeVar

import torch
from torch import distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel

from engine.errors import ConfigError

_Result = TypeVar("_Result")

_WORLD = "WORLD_SIZE"  # of the environment of the processes that torchrun starts


@dataclass(frozen=True)
class Replicas:
    """The process number `rank` from 0, of `count` that train the same network."""

    rank: int = 0
    count: int = 1

    @property
    def is_first(self) -> bool:
        """Whether this process writes files and messages."""
        return self.rank == 0

    def share(self, n: int) -> slice:
        """The part of `n` items that belongs to this process; parts differ by one at most."""
        return slice(n * self.rank // self.count, n * (self.rank + 1) // self.count)

    def device(self, name: str) -> str:
        """The device of this process: of several GPUs its own."""
        return f"cuda:{_environment('LOCAL_RANK')}" if self.count > 1 and name == "cuda" else name

    def wrap(self, net: nn.Module) -> nn.Module:
        """The network whose gradients are averaged over all processes; `net` itself if alone."""
        if self.count == 1:
            return net
        # The layout of a depthwise gradient differs from that of its weight, which costs a copy.
        warnings.filterwarnings("ignore", message="Grad strides do not match bucket view strides")
        # A sub-network leaves out parameters of the largest one.
        return DistributedDataParallel(net, find_unused_parameters=True)

    def mean(self, value: float) -> float:
        """The mean of a number over all processes."""
        if self.count == 1:
            return value
        total = torch.tensor(value, device=_device_of_group())
        dist.all_reduce(total)
        return float(total) / self.count

    def first_alone(self, work: Callable[[], _Result]) -> _Result:
        """Do `work` in the first process, and after that in the others, which find its files."""
        if not self.is_first:
            self.wait()
        result = work()
        if self.is_first:
            self.wait()
        return result

    def wait(self) -> None:
        """Wait until every process is here."""
        if self.count > 1:
            dist.barrier()


ALONE = Replicas()
"""A process that trains by itself."""


def without_averaging(net: nn.Module) -> AbstractContextManager[None]:
    """Passes within it add to the gradients, which the next pass outside averages."""
    return net.no_sync() if isinstance(net, DistributedDataParallel) else nullcontext()


@contextmanager
def joined(device: str) -> Iterator[Replicas]:
    """Join the processes that `torchrun` has started; alone if it has not.

    GPUs exchange gradients by NCCL, processors by Gloo. Raises ConfigError if there are fewer GPUs
    than processes.
    """
    if _WORLD not in os.environ:
        yield ALONE
        return
    is_cuda = device.startswith("cuda")
    local, here = _environment("LOCAL_RANK"), torch.cuda.device_count()
    if is_cuda and local >= here:
        raise ConfigError(
            f"torchrun started {_environment('LOCAL_WORLD_SIZE')} processes here, and there are "
            f"{here} GPUs. Set --nproc-per-node to {here}, or --device to cpu."
        )
    if is_cuda:
        torch.cuda.set_device(local)
    dist.init_process_group("nccl" if is_cuda else "gloo")
    try:
        yield Replicas(dist.get_rank(), dist.get_world_size())
    finally:
        dist.destroy_process_group()


def _environment(name: str) -> int:
    return int(os.environ[name])


def _device_of_group() -> str:
    return "cuda" if dist.get_backend() == "nccl" else "cpu"
