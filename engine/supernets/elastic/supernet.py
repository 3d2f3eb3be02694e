"""ElasticSupernet: a user's network that was made elastic, stored in the data folder by name."""

import functools
import hashlib
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt

from engine import program, regular_file
from engine.digest import sha256
from engine.errors import DataError
from engine.evaluation_settings import EvaluationSettings
from engine.quoting import message_text
from engine.requirements import Progress, Requirement
from engine.space import Config, Gene, Genotypes, SearchSpace
from engine.supernets.base import Supernet
from engine.supernets.elastic.card import ElasticCard
from engine.supernets.elastic.costs import CostTable
from engine.supernets.elastic.image_task import SPLITS, StoredImages
from engine.supernets.elastic.model_source import ModelSource
from engine.supernets.elastic.structure import Structure
from engine.supernets.elastic.structure_file import check_structure, read_structure
from engine.supernets.elastic.user_task import UserTask
from engine.supernets.trained import ELASTIC_CARD
from engine.tasks.base import Task

if TYPE_CHECKING:
    from torch import nn

    from engine.supernets.elastic.network import ElasticNetwork

STRUCTURE, WEIGHTS, CODE = "structure.json", "weights.pt", "code"
_MAX_WEIGHTS = 100 * regular_file.GB
_STEP = 5.0  # points of accuracy: hypervolume starts at a multiple below the smallest network
_WAYS = {
    "train": "All sizes share its weights.",
    "prune": "A list of sizes, each with weights of its own.",
    "chain": "A list of sizes, each cut from the next larger one, with weights of its own.",
}
SIZE_GENE = "size"


def size_file(index: int) -> str:
    """The file with the weights of a size that has its own."""
    return f"size_{index}.pt"


class ElasticSupernet(Supernet):
    """A user's network with its weights, its code, and what a search needs of its data.

    Without `sizes` in its card, its space is that of the elastic network; else it has one gene,
    `size`, in percent of the largest one's MACs.
    """

    weights: Path
    licence = "Your own: the licences of the network, its weights and its data."

    def __init__(self, folder: Path, card: ElasticCard) -> None:
        self.folder, self.card = folder, card
        self.name, self.weights = folder.name, folder / WEIGHTS
        self.source = ModelSource.read(card.source).kept_in(folder / CODE)
        self.original_quality = card.quality.get("original", {})
        self.title = f"{folder.name}: {self.source.title}"
        self.short_title = folder.name
        self.description = self._description()
        check_structure(folder / STRUCTURE)
        self.known_size = len(card.sizes) or card.networks
        self.task = self._task()

    @functools.cached_property
    def _structure(self) -> Structure:
        return read_structure(self.folder / STRUCTURE)

    @functools.cached_property
    def space(self) -> SearchSpace:  # type: ignore[override]  # of the base class: set when made
        """The search space; read when it is needed first, as lists of supernets do not need it."""
        if self.card.sizes:
            gene = Gene(SIZE_GENE, self.card.size_names, label="Size in % of the MACs")
            return SearchSpace((gene,))
        return self._structure.space

    @functools.cached_property
    def original_costs(self) -> Mapping[str, float]:  # type: ignore[override]
        """Those of the full network, where the space holds some sizes only."""
        if not self.card.sizes:
            return {}
        macs, params = self._costs.macs_params(self._structure.space.largest[None])[0].tolist()
        return {"macs": macs, "params": params}

    def _task(self) -> Task:
        card = self.card
        if (images := card.images) is not None:
            return StoredImages(images.kind, images.counts, images.crop, self.folder)
        return UserTask(self.source, card.quality_metrics(), card.held_out_name, card.task_origin)

    def _description(self) -> str:
        card, metric = self.card, self.card.quality_metrics()[0]
        parts = [
            f"{value:.4g}{metric.unit and ' '}{metric.unit} ({network})"
            for network in ("original", "largest", "smallest")
            if (value := card.first_quality(network)) is not None
        ]
        measured = f" {metric.label}: {', '.join(parts)}." if parts else ""
        return f"Made elastic here from {card.description}. {_WAYS[card.way]}{measured}"

    # Sub-networks

    def elastic_genotypes(self, genotypes: Genotypes) -> Genotypes:
        """`(n, genes)` genotypes of the elastic network for those of this space."""
        rows = self.space.rows(genotypes)
        return np.array(self.card.sizes, dtype=np.int64)[rows[:, 0]] if self.card.sizes else rows

    @functools.cached_property
    def network(self) -> "ElasticNetwork":
        """The elastic network with its weights; raises DataError if something is missing."""
        from engine.supernets.elastic.attention import split_attention
        from engine.supernets.elastic.network import ElasticNetwork

        try:
            model = self.source.load(weights=False)
        except Exception as error:
            raise DataError(
                f"The network of '{self.name}' cannot be made again: {message_text(error)} Its "
                "function may have a parameter weights, which is then false: it need not load any."
            ) from error
        model = split_attention(model.float())
        _restore(model, _tensors(self.weights), self.weights)
        return ElasticNetwork(model.eval(), self._structure)

    def extract(self, config: Config, settings: EvaluationSettings) -> "nn.Module":
        """The sub-network as a plain module of the user's classes."""
        genotype = self.space.encode(config)
        module = self.network.extract(self.elastic_genotypes(genotype[None])[0])
        if self.card.own_weights:
            path = self.folder / size_file(int(genotype[0]))
            _restore(module, _tensors(path), path)
        if self.card.only_main_output:
            from engine.supernets.elastic.main_output import MainOutput

            module = MainOutput(module)
        return module.to(settings.device).eval()

    # Costs

    def with_options(self, settings: EvaluationSettings) -> Self:
        """Itself: no option changes what a sub-network costs."""
        return self

    def macs_params(self, genotypes: Genotypes) -> npt.NDArray[np.int64]:
        """`(n, 2)` exact MACs and parameters of `(n, genes)` genotypes."""
        return self._costs.macs_params(self.elastic_genotypes(genotypes))

    def state_bytes(self, genotypes: Genotypes) -> npt.NDArray[np.int64]:
        """`(n,)` bytes of the state dicts of `(n, genes)` genotypes."""
        return self._costs.costs(self.elastic_genotypes(genotypes))[:, 2]

    @functools.cached_property
    def _costs(self) -> CostTable:
        return CostTable(self._structure)

    def bounds(self, name: str) -> tuple[float | None, float]:
        """As for any supernet; accuracy starts below that of the smallest network."""
        smallest = self.card.first_quality("smallest")
        if name == "acc" and smallest is not None:
            return max(0.0, _STEP * math.floor(smallest / _STEP - 0.5)), 100.0
        return super().bounds(name)

    # Files

    def weights_digest(self, settings: EvaluationSettings) -> str:
        """A digest of the weights, of how the network bends, and of its code."""
        return self._files_digest

    @property
    def _files_digest(self) -> str:
        digest = hashlib.sha256(f"{self.card.source} {self.card.sizes}".encode())
        for path in self._network_files():
            digest.update(f"{path.relative_to(self.folder)}\0".encode() + sha256(path))
        return digest.hexdigest()

    def _network_files(self) -> list[Path]:
        own = range(len(self.card.sizes)) if self.card.own_weights else ()
        code = sorted(path for path in (self.folder / CODE).rglob("*") if path.is_file())
        names = (STRUCTURE, WEIGHTS, *map(size_file, own))
        return [*(self.folder / name for name in names), *code]

    def stored_files(self, settings: EvaluationSettings) -> Sequence[Path]:
        """Those of its folder that a measurement reads, without what belongs to its training."""
        images = SPLITS if self.card.images is not None else ()
        return [
            self.folder / ELASTIC_CARD,
            *self._network_files(),
            *(self.folder / f"{part}.npz" for part in images),
        ]

    def requirements(self) -> Sequence[Requirement]:
        """Weights and data."""
        weights = Requirement(
            f"{self.name} weights", "Weights", "Made elastic here.", "measured",
            lambda settings: str(self.weights), self._check_network,
        )  # fmt: skip
        return [weights, *super().requirements()]

    def _check_network(self, settings: EvaluationSettings, progress: Progress) -> str:
        count = sum(p.numel() for p in self.network.model.parameters())
        return f"The network can be made again, with {count:,} parameters"


def _tensors(path: Path) -> Mapping[str, Any]:
    """All parameters and buffers in a file of weights; raises DataError if it is damaged."""
    import torch

    try:
        with regular_file.open_file(path, _MAX_WEIGHTS) as file:
            content: Mapping[str, Any] = torch.load(file, map_location="cpu", weights_only=True)
            return content
    except Exception as error:  # torch raises many kinds for a damaged or hostile file
        reason = getattr(error, "strerror", None) or "it is damaged"
        raise DataError(
            f"The weights {path} cannot be read ({reason}). Restore the file, or make the network "
            f"elastic again with {program.name()} elastic."
        ) from error


def all_tensors(module: "nn.Module") -> dict[str, Any]:
    """Parameters and buffers by name, also those that no state dict has."""
    named = {**dict(module.named_parameters()), **dict(module.named_buffers())}
    return {name: tensor.detach().cpu().clone() for name, tensor in named.items()}


def _restore(module: "nn.Module", tensors: Mapping[str, Any], path: Path) -> None:
    """Write stored tensors into a module; raises DataError if they do not fit."""
    import torch

    own = {**dict(module.named_parameters()), **dict(module.named_buffers())}
    wrong = own.keys() ^ tensors.keys()
    wrong |= {n for n in own.keys() & tensors.keys() if own[n].shape != tensors[n].shape}
    if wrong:
        raise DataError(
            f"The code of the network no longer makes the one that {path} belongs to: "
            f"{min(wrong)} differs. Restore the code or the version of its library."
        )
    with torch.no_grad():
        for name, tensor in own.items():
            tensor.copy_(tensors[name])
