"""Storing elastic networks in the data folder, and loading them by name."""

import functools
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine import data_dir
from engine.disk_errors import write_failure
from engine.errors import ConfigError, DataError
from engine.metrics import METRICS, Metric, use_restored
from engine.quoting import quoted
from engine.space import Genotypes
from engine.supernets import trained
from engine.supernets.elastic.card import ElasticCard, Way, plain_metrics
from engine.supernets.elastic.image_data import ImageData
from engine.supernets.elastic.structure_json import structure_to_json
from engine.supernets.elastic.supernet import (
    CODE,
    STRUCTURE,
    WEIGHTS,
    ElasticSupernet,
    all_tensors,
    size_file,
)

if TYPE_CHECKING:
    from torch import nn

    from engine.supernets.elastic.data_source import Brought
    from engine.supernets.elastic.network import ElasticNetwork


@dataclass(frozen=True, eq=False)
class Size:
    """One size of a list: a genotype `(genes,)` of the elastic network.

    `module` is the extracted and trained network if the sizes do not share their weights.
    """

    genotype: Genotypes
    module: "nn.Module | None" = None


def new_folder(name: str, taken: Sequence[str] = ()) -> Path:
    """The folder for an elastic network called `name`, made if it is not there.

    `taken` are names of supernets that are not in the data folder. Raises ConfigError for a name
    that another supernet has, or that is no name.
    """
    folder = trained.folder_of(name)
    if name in taken or (folder / trained.CARD).exists():
        raise ConfigError(f"There is a supernet '{name}' already. Give another name.")
    try:
        data_dir.current().create()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise DataError(write_failure(error, "the network", folder)) from error
    return folder


def save_elastic(
    name: str,
    network: "ElasticNetwork",
    brought: "Brought",
    way: Way,
    recipe: Mapping[str, Any] | None = None,
    quality: Mapping[str, Mapping[str, float]] | None = None,
    sizes: Sequence[Size] = (),
) -> ElasticSupernet:
    """Store an elastic network as the supernet `name`; an earlier one of that name is replaced.

    `quality` are values by metric of the `original`, `largest` and `smallest` network. With
    `sizes`, smallest first, the supernet has these networks only. Raises ConfigError for a wrong
    name, DataError if the disk is full.
    """
    folder = new_folder(name)
    data = brought.required_data()
    check_metrics(name, data.metrics)
    try:
        (folder / trained.ELASTIC_CARD).unlink(missing_ok=True)
        described = data.write(folder)
        _write_code(brought, folder)
        (folder / STRUCTURE).write_text(structure_to_json(network.structure))
        _write_weights(network, sizes, folder)
        card = _card(name, network, brought, way, sizes)
        training = {"recipe": recipe or {}, "quality": quality or {}}
        ElasticCard.model_validate({**card.model_dump(), **described, **training}).write(folder)
    except OSError as error:
        raise DataError(write_failure(error, "the elastic network", folder)) from error
    return load(name)


def load(name: str) -> ElasticSupernet:
    """The supernet called `name`, loaded again after it was replaced; raises DataError."""
    folder = trained.folder_of(name)
    return _load(folder, (folder / trained.ELASTIC_CARD).stat().st_mtime_ns)


@functools.lru_cache(maxsize=16)
def _load(folder: Path, stamp: int) -> ElasticSupernet:
    card = ElasticCard.read(folder)
    use_restored({metric.name: metric for metric in card.quality_metrics()})
    return ElasticSupernet(folder, card)


def check_metrics(name: str, metrics: Sequence[Metric]) -> None:
    """Raise ConfigError if a metric of the network `name` means something else elsewhere."""
    others: dict[str, Metric] = {}
    for other in trained.names():
        if other != name and trained.is_elastic(other):
            card = ElasticCard.read(trained.folder_of(other))
            others |= {metric.name: metric for metric in card.quality_metrics()}
    for metric in metrics:
        known = METRICS.get(metric.name) or others.get(metric.name)
        if known is not None and known != metric:
            raise ConfigError(
                f"The metric {quoted(metric.name)} of the task has another meaning elsewhere "
                f"({known.label}: {known.description}) Give yours another name."
            )


def _write_code(brought: "Brought", folder: Path) -> None:
    """Copy the user's file and the modules beside it that it imports."""
    shutil.rmtree(folder / CODE, ignore_errors=True)
    if brought.source.kind != "file":
        return
    for name, path in brought.source.run_file.code.items():
        place = folder / CODE / name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place)


def _write_weights(network: "ElasticNetwork", sizes: Sequence[Size], folder: Path) -> None:
    import torch

    for path in folder.glob("size_*.pt"):
        path.unlink()
    torch.save(all_tensors(network.model), folder / WEIGHTS)
    for index, size in enumerate(sizes):
        if size.module is not None:
            torch.save(all_tensors(size.module), folder / size_file(index))


def _card(
    name: str, network: "ElasticNetwork", brought: "Brought", way: Way, sizes: Sequence[Size]
) -> ElasticCard:
    from torch import Tensor

    from engine.supernets.elastic.data_source import outputs_of

    data, source, request = brought.required_data(), brought.source, brought.request
    outputs = outputs_of(brought.network, brought.inputs, source)
    is_image_task = isinstance(data, ImageData)
    return ElasticCard(
        name=name,
        way=way,
        source=source.text,
        description=source.title,
        digest=source.digest,
        data=data.origin,
        metrics=plain_metrics(data.metrics),
        held_out_name=data.task.data_names.held_out,
        task_origin=data.task.origin,
        only_main_output=is_image_task and not isinstance(outputs, Tensor),
        sizes=tuple(tuple(map(int, size.genotype)) for size in sizes),
        size_names=size_names(network, sizes),
        own_weights=any(size.module is not None for size in sizes),
        networks=len(sizes) or network.space.size,
        request={
            "model": source.text,
            "data": str(request.data.expanduser().absolute()) if request.data else None,
            "size": request.size,
            "batch": request.batch,
            "flip": request.flip,
        },
    )


def size_names(network: "ElasticNetwork", sizes: Sequence[Size]) -> tuple[int | float, ...]:
    """What to call sizes: percents of the MACs of the full network, with as few digits as needed.

    Raises DataError for sizes that are not in the order of their MACs.
    """
    if not sizes:
        return ()
    genotypes = np.array([network.space.largest, *(size.genotype for size in sizes)])
    full, *macs = network.macs_params(genotypes)[:, 0].tolist()
    for digits in range(6):
        percents = [round(100 * value / full, digits) for value in macs]
        if all(a < b for a, b in pairwise(percents)):
            return tuple(percents) if digits else tuple(int(p) for p in percents)
    raise DataError("The sizes are not in the order of their MACs. Give the smallest one first.")
