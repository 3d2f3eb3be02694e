"""A network and its data, ready to be trained on a device."""

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn

from engine import devices
from engine.devices import Precision
from engine.supernets.elastic.data_source import Brought, Request, bring
from engine.supernets.elastic.elastic_data import ElasticData
from engine.supernets.elastic.network import ElasticNetwork
from engine.supernets.elastic.supernet import all_tensors
from engine.training.elastic import checkpoint
from engine.training.elastic.plan import Plan
from engine.training.elastic.request import TrainingRequest
from engine.training.elastic.training_state import ORIGINAL


@dataclass(frozen=True, eq=False)
class Prepared:
    """A network and its data on a device, elastic as the plan says."""

    request: TrainingRequest
    brought: Brought
    data: ElasticData
    device: torch.device
    network: ElasticNetwork
    plan: Plan


def brought_for(request: TrainingRequest) -> Brought:
    """The network and the data that a request names; raises ConfigError or DataError."""
    return bring(
        Request(
            request.model,
            Path(request.data) if request.data else None,
            request.size,
            Path(request.weights) if request.weights else None,
            request.random_weights,
            request.batch,
            request.flip,
        )
    )


def keep_original(network: nn.Module, folder: Path) -> None:
    """Store the weights of the original network in `folder`, or load those stored there.

    A training that goes on, and fine-tuning later, learn from the same network, whatever happened
    to the user's files or random weights.
    """
    path = folder / ORIGINAL
    if path.exists():
        checkpoint.restore(network, checkpoint.read(path))
        return
    folder.mkdir(parents=True, exist_ok=True)
    checkpoint.write(path, all_tensors(network))


def device_of(name: str, precision: Precision) -> torch.device:
    """The device with a name; `auto` is a GPU if there is one. Raises DataError."""
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    devices.check(name, precision)
    return torch.device(name)
