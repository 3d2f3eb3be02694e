"""A network whose sub-networks share its weights."""

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from engine.compat.torch import AnyChannelNorm, AnyConvolution
from engine.space import Genotypes, SearchSpace
from engine.supernets.elastic.costs import CostTable
from engine.supernets.elastic.exchange import exchanged, tensor_places
from engine.supernets.elastic.module_copy import copy_module
from engine.supernets.elastic.skipped_block import Skip, SkippedBlock
from engine.supernets.elastic.structure import Attribute, Axis, Kernel, Structure
from engine.supernets.elastic.tracing import call_network, in_eval_mode


@dataclass(frozen=True)
class Choices:
    """What a sub-network keeps: units of each width, sizes of kernels; and blocks that it skips."""

    units: tuple[int, ...]
    kernels: tuple[int, ...]
    skipped: tuple[str, ...]


class ElasticNetwork:
    """A network and how it bends.

    `model` is the largest sub-network; its parameters are those of all. A smaller one has slices of
    them. One thread at a time may use a network: it changes numbers in its modules while it runs.
    """

    def __init__(self, model: nn.Module, structure: Structure) -> None:
        self.model, self.structure = model, structure
        self._axes: dict[str, list[tuple[int, Axis]]] = {}
        for name, dim, axis in structure.axes:
            self._axes.setdefault(name, []).append((dim, axis))
        self._kernels = {
            f"{kernel.layer}.weight": number for number, kernel in enumerate(structure.kernels)
        }
        self._kept: dict[tuple[int, tuple[int, ...]], int | Tensor | None] = {}

    @property
    def space(self) -> SearchSpace:
        """The search space of the sub-networks."""
        return self.structure.space

    def macs_params(self, genotypes: Genotypes) -> npt.NDArray[np.int64]:
        """`(n, 2)` MACs for one input, and parameters, of `(n, genes)` genotypes; exact."""
        return self._costs.macs_params(np.atleast_2d(genotypes))

    @cached_property
    def _costs(self) -> CostTable:
        return CostTable(self.structure)

    def choices(self, genotype: Genotypes | Sequence[int]) -> Choices:
        """What a sub-network `(genes,)` keeps and skips."""
        structure, row = self.structure, np.asarray(genotype, dtype=np.int64)
        positions = structure.positions
        skipped: list[str] = []
        for column, stage in zip(positions["stages"], structure.stages, strict=True):
            skipped.extend(stage.blocks[stage.least + int(row[column]) :])
        return Choices(
            tuple(
                width.choices[int(row[column])]
                for column, width in zip(positions["widths"], structure.widths, strict=True)
            ),
            tuple(
                kernel.choices[int(row[column])]
                for column, kernel in zip(positions["kernels"], structure.kernels, strict=True)
            ),
            tuple(skipped),
        )

    def run(self, genotype: Genotypes | Sequence[int], inputs: Any, training: bool = False) -> Any:
        """The output of a sub-network; gradients reach the parameters of `model`.

        `inputs` are a tensor, a tuple of arguments or a mapping of arguments by name. In training,
        statistics of batch-norm are those of the batch, and only the largest network records them.
        """
        return self.run_choices(self.choices(genotype), inputs, training)

    def run_choices(self, choices: Choices, inputs: Any, training: bool = False) -> Any:
        """`run` for what a sub-network keeps."""
        if training:
            self.model.train()
        else:
            in_eval_mode(self.model)
        slices = self._slices(choices)
        is_largest = not slices and not choices.skipped
        if is_largest:
            return call_network(self.model, inputs)
        if training:
            slices |= {
                name: slices.get(name, buffer).clone()
                for name, buffer in self.model.named_buffers()
            }
        with self._bent(choices), exchanged(tensor_places(self.model), slices):
            return call_network(self.model, inputs)

    def extract(self, genotype: Genotypes | Sequence[int]) -> nn.Module:
        """A sub-network as a plain module in eval mode, with its own copy of its weights."""
        choices = self.choices(genotype)
        slices = self._slices(choices)
        memo: dict[int, Any] = {}
        parameters, buffers = self.model.named_parameters(), self.model.named_buffers()
        for name, tensor in [*parameters, *buffers]:
            own = slices.get(name, tensor).detach().clone(memory_format=torch.contiguous_format)
            is_parameter = isinstance(tensor, nn.Parameter)
            memo[id(tensor)] = nn.Parameter(own, tensor.requires_grad) if is_parameter else own
        network = copy_module(self.model, memo)
        modules = dict(network.named_modules())
        for module, name, value in self._numbers(choices, modules):
            setattr(modules[module], name, value)
        for block in choices.skipped:
            parent, _, leaf = block.rpartition(".")
            setattr(modules[parent], leaf, SkippedBlock(modules[block], self._skip(block)))
        for part in network.modules():
            _describe(part)
        return in_eval_mode(network)

    def _slices(self, choices: Choices) -> dict[str, Tensor]:
        whole = {**dict(self.model.named_parameters()), **dict(self.model.named_buffers())}
        slices: dict[str, Tensor] = {}
        for name, dims in self._axes.items():
            for dim, axis in dims:
                kept = self._kept_entries(axis, choices.units)
                if kept is None:
                    continue
                tensor = slices.get(name, whole[name])
                slices[name] = (
                    tensor.narrow(dim, 0, kept)
                    if isinstance(kept, int)
                    else tensor.index_select(dim, kept.to(tensor.device))
                )
        for name, number in self._kernels.items():
            kernel, size = self.structure.kernels[number], choices.kernels[number]
            if size < kernel.choices[-1]:
                slices[name] = centre(slices.get(name, whole[name]), size)
        return slices

    def _kept_entries(self, axis: Axis, units: tuple[int, ...]) -> int | Tensor | None:
        """How many first entries stay, or which; None if all do."""
        key = (id(axis), tuple(units[width] for width in axis.widths))
        if key not in self._kept:
            mask = axis.kept(units)
            count = int(mask.sum())
            if count == len(mask):
                self._kept[key] = None
            elif mask[:count].all():
                self._kept[key] = count
            else:
                self._kept[key] = torch.from_numpy(np.flatnonzero(mask))
        return self._kept[key]

    def _numbers(
        self, choices: Choices, modules: Mapping[str, nn.Module]
    ) -> Iterator[tuple[str, str, Any]]:
        """The attributes that a sub-network needs: module, name and value, one after the other."""
        for attribute in self.structure.attributes:
            yield _attribute_value(modules[attribute.module], attribute, choices.units)
        for kernel, size in zip(self.structure.kernels, choices.kernels, strict=True):
            yield from _kernel_values(kernel, size)

    def _skip(self, block: str) -> Skip:
        structure = self.structure
        passed = structure.passed.get(block, ())
        return Skip(structure.outputs[block], block in structure.added, passed)

    @cached_property
    def _modules(self) -> Mapping[str, nn.Module]:
        return dict(self.model.named_modules())

    @contextmanager
    def _bent(self, choices: Choices) -> Iterator[None]:
        """Inside the `with` block, the numbers of the modules are those of a sub-network."""
        undo: list[Callable[[], object]] = []
        try:
            for name, attribute, value in self._numbers(choices, self._modules):
                module = self._modules[name]
                before = getattr(module, attribute)
                if before != value:
                    setattr(module, attribute, value)
                    undo.append(functools.partial(setattr, module, attribute, before))
            for block in choices.skipped:
                module = self._modules[block]
                module.forward = _skipped_forward(self._skip(block))
                undo.append(functools.partial(delattr, module, "forward"))
            yield
        finally:
            for restore in reversed(undo):
                restore()


def centre(kernel: Tensor, size: int) -> Tensor:
    """The centre of `size` entries along each dimension of kernels `(outputs, inputs, ...)`."""
    for dim in range(2, kernel.dim()):
        kernel = kernel.narrow(dim, (kernel.shape[dim] - size) // 2, size)
    return kernel


def _skipped_forward(skip: Skip) -> Callable[..., Any]:
    return lambda *inputs, **keywords: skip.output(inputs, keywords)


def _attribute_value(
    module: nn.Module, attribute: Attribute, units: tuple[int, ...]
) -> tuple[str, str, Any]:
    value: Any = int(attribute.axis.kept(units).sum())
    if attribute.index is not None:
        before = getattr(module, attribute.name)
        whole = list(before)
        whole[attribute.index] = value
        value = whole if isinstance(before, list) else tuple(whole)
    return attribute.module, attribute.name, value


def _kernel_values(kernel: Kernel, size: int) -> Iterator[tuple[str, str, Any]]:
    largest = kernel.choices[-1]
    margin = (largest - size) // 2
    yield kernel.layer, "kernel_size", tuple([size] * len(kernel.dilation))
    if kernel.padding:
        pairs = zip(kernel.padding, kernel.dilation, strict=True)
        yield kernel.layer, "padding", tuple(p - margin * d for p, d in pairs)


_SIZES = {"in_features": 1, "out_features": 0, "num_embeddings": 0, "embedding_dim": 1}


def _describe(module: nn.Module) -> None:
    """Set the sizes that layers of torch print of themselves, from their weights."""
    weight = getattr(module, "weight", None)
    if isinstance(module, AnyConvolution) and isinstance(weight, Tensor):
        first, second = weight.shape[0], weight.shape[1] * module.groups
        transposed = module.transposed
        module.out_channels, module.in_channels = (second, first) if transposed else (first, second)
    elif isinstance(module, nn.Linear | nn.Embedding):
        for name, dim in _SIZES.items():
            if hasattr(module, name) and isinstance(weight, Tensor):
                setattr(module, name, weight.shape[dim])
    elif isinstance(module, AnyChannelNorm):
        known = module.running_mean if weight is None else weight
        if known is not None:
            module.num_features = known.shape[0]
    elif isinstance(module, nn.GroupNorm) and weight is not None:
        module.num_channels = weight.shape[0]
