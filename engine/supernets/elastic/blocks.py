"""Blocks that can be skipped, and depthwise kernels that can be smaller."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from torch import Tensor, nn

from engine.supernets.elastic.settings import ElasticSettings
from engine.supernets.elastic.skipped_block import first_input
from engine.supernets.elastic.structure import Kernel, Stage
from engine.supernets.elastic.tracing import Trace, TracedCall
from engine.supernets.elastic.zero_weights import (
    first_output,
    has_products,
    keeps_its_input,
    outputs_of,
    passed_arguments,
)

_LEAST_KERNEL = 3
_ELASTIC_KERNEL = 5


@dataclass(frozen=True)
class Block:
    """A module whose output equals its input when its weights are zero, but for norms.

    The output is a tensor, or the first of a tuple of `outputs` entries. Where it `is_added` to the
    input by the network, it is zero when the weights are. `passed` are the positions of the
    arguments that the other entries are, if any are.
    """

    name: str
    outputs: int
    is_added: bool = False
    passed: tuple[int, ...] = ()


def skippable_blocks(model: nn.Module, traced: Trace) -> list[Block]:
    """The innermost modules that can be skipped, in the order of the network's modules."""
    found: dict[str, Block] = {}
    modules = dict(model.named_modules())
    for name in sorted(modules, key=lambda name: -name.count(".") - bool(name)):
        module, calls = modules[name], traced.calls.get(name, [])
        if not name or len(calls) != 1 or any(inner.startswith(f"{name}.") for inner in found):
            continue
        if not any(True for _ in module.children()) or not any(True for _ in module.parameters()):
            continue
        call = calls[0]
        if keeps_its_input(module, call):
            found[name] = Block(name, outputs_of(call), passed=passed_arguments(call))
    found |= _added_blocks(modules, traced, found)
    found |= _normalised_blocks(modules, traced, found)
    return _without_shared([found[name] for name in modules if name in found], model)


def _without_shared(found: Sequence[Block], model: nn.Module) -> list[Block]:
    """The blocks without one of those that alone share a parameter.

    It would be gone with all of them only.
    """
    names = defaultdict(list)
    for name, parameter in model.named_parameters(remove_duplicate=False):
        names[id(parameter)].append(name)
    left = {block.name: block for block in found}
    for shared in (own for own in names.values() if len(own) > 1):
        owners = [next((b for b in left if _is_inside(name, b)), "") for name in shared]
        if "" not in owners and len(set(owners)) > 1:
            del left[owners[-1]]
    return list(left.values())


def _added_blocks(
    modules: Mapping[str, nn.Module], traced: Trace, found: Mapping[str, Block]
) -> dict[str, Block]:
    """The outermost modules outside of those `found` whose output is added to their input.

    Their input may also be what a norm or an activation makes of that.
    """
    sources = {}
    for name, calls in traced.calls.items():
        if len(calls) == 1 and not has_products(modules[name]):
            x, y = first_input(calls[0].inputs, calls[0].keywords), first_output(calls[0].output)
            if x is not y:  # as dropout returns its input
                sources[id(y)] = x
    added: dict[str, Block] = {}
    for name, module in modules.items():
        calls = traced.calls.get(name, [])
        is_other = not any(_is_inside(name, block) for block in added) and not any(
            _is_inside(name, block) or _is_inside(block, name) for block in found
        )
        if not name or len(calls) != 1 or not is_other or not has_products(module):
            continue
        if _is_added(calls[0], traced.sums, sources) and keeps_its_input(module, calls[0], "added"):
            added[name] = Block(name, outputs_of(calls[0]), True, passed_arguments(calls[0]))
    return added


def _normalised_blocks(
    modules: Mapping[str, nn.Module], traced: Trace, found: Mapping[str, Block]
) -> dict[str, Block]:
    """Items of lists that normalise after an addition, as those of BERT, beside those `found`."""
    normalised: dict[str, Block] = {}
    for name, module in reversed(list(modules.items())):
        calls = traced.calls.get(name, [])
        is_other = not any(
            _is_inside(name, block) or _is_inside(block, name) for block in (*found, *normalised)
        )
        if not name.rpartition(".")[2].isdigit() or len(calls) != 1 or not is_other:
            continue
        if has_products(module) and keeps_its_input(module, calls[0], "normalised"):
            normalised[name] = Block(name, outputs_of(calls[0]), passed=passed_arguments(calls[0]))
    return normalised


def _is_added(
    call: TracedCall, sums: Sequence[tuple[Tensor, Tensor]], sources: Mapping[int, Any]
) -> bool:
    """Whether the output of a call is added to its input, or to what that was made of."""
    x, y = first_input(call.inputs, call.keywords), first_output(call.output)
    others = [
        two if one is y else one for one, two in sums if (one is y) != (two is y)
    ]  # the other operands
    while isinstance(x, Tensor) and others:
        if any(x is other for other in others):
            return True
        x = sources.get(id(x))
    return False


def _is_inside(name: str, block: str) -> bool:
    return name == block or name.startswith(f"{block}.")


def stages(model: nn.Module, blocks: list[Block], settings: ElasticSettings) -> list[Stage]:
    """The blocks as stages: those that follow one another in the same module.

    Blocks that are added form one where items of a list have one each, such as their attention.
    """
    runs = [(group[0], group, 0) for group in _alike([b.name for b in blocks if b.is_added])]
    names = {block.name for block in blocks}.difference(*(group for _, group, _ in runs))
    for parent in dict.fromkeys(name.rpartition(".")[0] for name in names):
        runs.extend(_runs(model, parent, names))
    order = list(dict(model.named_modules()))
    runs.sort(key=lambda run: order.index(run[1][0]))
    found = []
    for name, members, others in runs:
        total = len(members) + others
        least = max(ceil(settings.least_depth * total) - others, 0)
        stage = Stage(name, tuple(members), least, others)
        if name in settings.rigid:
            continue
        if (given := settings.choices.get(name)) is not None:
            stage = Stage(name, tuple(members), max(0, min(given) - others), others)
        if stage.least < len(members):
            found.append(stage)
    return found


def _alike(names: Sequence[str]) -> list[list[str]]:
    """Modules with the same name in several items of a list."""
    groups = defaultdict(list)
    for name in names:
        parent, _, leaf = name.rpartition(".")
        if parent.rpartition(".")[2].isdigit():
            groups[re.sub(r"\d+", "*", parent), leaf].append(name)
    return [group for group in groups.values() if len(group) > 1]


def _runs(model: nn.Module, parent: str, names: set[str]) -> list[tuple[str, list[str], int]]:
    """Runs of blocks among the children of a module, and whether a block leads each."""
    runs: list[tuple[list[str], int]] = []
    before: nn.Module | None = None
    is_open = False
    for child, module in model.get_submodule(parent).named_children():
        if not any(True for _ in module.parameters()):
            continue
        name = f"{parent}.{child}" if parent else child
        if name not in names:
            before, is_open = module, False
        elif is_open:
            runs[-1][0].append(name)
        else:
            runs.append(([name], int(type(before) is type(module))))
            is_open = True
    single = [members[0] for members, others in runs if len(members) + others == 1]
    result = [(members, others) for members, others in runs if len(members) + others > 1]
    if single:
        result.append((single, 0))
    return [
        (parent if parent and len(result) == 1 else members[0], members, others)
        for members, others in result
    ]


def elastic_kernels(model: nn.Module, settings: ElasticSettings, blocks: list[str]) -> list[Kernel]:
    """Depthwise convolutions of 5 and more that keep the size of their input, or halve it."""
    found = []
    for name, module in model.named_modules():
        if isinstance(module, nn.Conv1d | nn.Conv2d | nn.Conv3d) and _is_elastic(module):
            size = module.kernel_size[0]
            inside = [block for block in blocks if name.startswith(f"{block}.")]
            if name in settings.rigid:
                continue
            padding = () if module.padding == "same" else tuple(map(int, module.padding))
            choices = settings.choices.get(name) or kernel_choices(size)
            all_choices, block = tuple(sorted({*choices, size})), inside[0] if inside else ""
            found.append(Kernel(name, all_choices, padding, tuple(module.dilation), block))
    return found


def kernel_choices(size: int) -> tuple[int, ...]:
    """Up to three odd sizes: of 7 they are 3, 5 and 7, of 31 they are 15, 23 and 31."""
    smallest = _LEAST_KERNEL if size <= 2 * _ELASTIC_KERNEL else size // 2 | 1
    middle = (smallest + size) // 2 | 1
    return tuple(sorted({smallest, min(middle, size), size}))


def _is_elastic(module: nn.Conv1d | nn.Conv2d | nn.Conv3d) -> bool:
    sizes = set(module.kernel_size)
    size = module.kernel_size[0]
    return (
        module.groups == module.in_channels > 1
        and module.weight.shape[1] == 1
        and len(sizes) == 1
        and size >= _ELASTIC_KERNEL
        and size % 2 == 1
        and module.padding_mode == "zeros"
        and _keeps_the_size(module, size)
    )


def _keeps_the_size(module: nn.Conv1d | nn.Conv2d | nn.Conv3d, size: int) -> bool:
    """Whether the input is padded on both sides by half of the kernel."""
    if isinstance(module.padding, str):
        return module.padding == "same"
    pairs = zip(module.padding, module.dilation, strict=True)
    return all(padding == (size - 1) // 2 * dilation for padding, dilation in pairs)
