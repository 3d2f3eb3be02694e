"""Opening a network and its data together: what a check, a training and a page begin with."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import DataError
from engine.supernets.elastic.elastic_data import ElasticData
from engine.supernets.elastic.image_data import BATCH, ImageData, read_images
from engine.supernets.elastic.loader_data import LoaderData
from engine.supernets.elastic.made_inputs import made_inputs
from engine.supernets.elastic.model_source import ModelSource, load_weights
from engine.supernets.elastic.user_code import sentences
from engine.tasks.base import Inputs

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True)
class Request:
    """What a user names: the network, its data, and how both are read.

    `data` is a folder of images; without it, `make_task` gives the data. `weights` is a file;
    `random_weights` are for a model of a library without its official ones.
    """

    model: str
    data: Path | None = None
    size: int | None = None
    weights: Path | None = None
    random_weights: bool = False
    batch: int = BATCH
    flip: bool = True


@dataclass(frozen=True, eq=False)
class Brought:
    """A user's network in eval mode, inputs that it takes, and its data if there are any."""

    request: Request
    source: ModelSource
    network: "nn.Module"
    inputs: Inputs
    data: ElasticData | None

    def required_data(self) -> ElasticData:
        """The data; raises DataError without any."""
        if self.data is None:
            raise DataError(
                f"There are no data to train {self.source.describe()} with. Give --data a folder "
                "of images, or define make_task() in the file of the network."
            )
        return self.data


def bring(request: Request) -> Brought:
    """Load the network and the data that `request` names, and try the one on the other.

    Raises ConfigError or DataError, one sentence, for whatever is wrong with them.
    """
    source = ModelSource.read(request.model)
    network = source.load(weights=not request.random_weights and request.weights is None)
    if request.weights is not None:
        load_weights(network, request.weights.expanduser())
    data = _data(request, source, network)
    inputs = made_inputs(source, network, request.size) if data is None else data.example_inputs
    outputs = outputs_of(network, inputs, source)
    if isinstance(data, ImageData):
        data.check_outputs(outputs, f"The network ({source.describe()})")
    return Brought(request, source, network, inputs, data)


def outputs_of(network: "nn.Module", inputs: Inputs, source: ModelSource) -> Any:
    """What the network returns; raises DataError, one sentence, if it fails."""
    import torch

    from engine.tasks.inputs import call_network, tensors_in

    shapes = ", ".join(str(tuple(tensor.shape)) for tensor in tensors_in(inputs))
    folders = [Path(source.place).parent] if source.kind == "file" else []
    what = f"The network ({source.describe()}) cannot take inputs of the shape {shapes}"
    with sentences(what, folders), torch.no_grad():
        return call_network(network, inputs)


def _data(request: Request, source: ModelSource, network: "nn.Module") -> ElasticData | None:
    if request.data is None:
        task = source.task()
        return None if task is None else LoaderData(task, source.place)
    image_input = source.image_input(network)
    if image_input is None:
        raise DataError(
            f"The network ({source.describe()}) has no convolution of images, so that a folder of "
            "images is no data for it. Define make_task() in its file."
        )
    folder = request.data.expanduser()
    return read_images(folder, image_input, request.size, request.batch, request.flip)
