"""What every supernet must do."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from engine import plug_ins
from engine.contracts.rules import CheckedSupernet, outputs, rule, same
from engine.meters.registry import sources
from engine.metrics import metric
from engine.space import Genotypes
from engine.supernets import registry, trained
from engine.supernets.base import Supernet

_APART = 60.0  # seconds that another process has
_NO_TORCH = """
import sys
from engine.evaluation_settings import EvaluationSettings
from engine.meters.registry import sources
from engine.supernets import registry
supernet = registry.load({name!r})
supernet.title, supernet.description, supernet.origin, supernet.space.size, supernet.stages
for known in supernet.task.metrics:
    supernet.bounds(known.name)
settings = EvaluationSettings(supernet={supernet!r}, task={task!r}, meters={meters!r})
supernet.requirements(), sources(supernet, settings)
print("torch" in sys.modules)
print(supernet.fingerprint(settings))
"""


@rule("supernet", "a sub-network is a module in eval mode that takes the task's example inputs")
def _extracted(examined: CheckedSupernet) -> Iterator[str]:
    for genotype in examined.genotypes:
        module, name = examined.module(genotype), examined.name(genotype)
        if training := [part or "the network" for part, m in module.named_modules() if m.training]:
            yield f"extract gives {name} with {training[0]} in training mode. Call eval() on it."
        for count in (1, 2):
            found = outputs(module, examined.inputs(count, genotype))
            if not found:
                yield f"extract gives {name}, which returns no tensor. A network has to."
            elif any(len(part) != count for part in found if part.ndim):
                yield (
                    f"extract gives {name}, which returns {len(found[0])} outputs for {count} "
                    "example inputs. The first dimension has to be that of the inputs."
                )
            elif not all(bool(part.isfinite().all()) for part in found):
                yield f"extract gives {name}, whose outputs are not finite. Look at its weights."
            else:
                continue
            return


@rule("supernet", "a sub-network is the same each time, and shares no memory with another")
def _repeatable(examined: CheckedSupernet) -> Iterator[str]:
    import torch

    for genotype in examined.ends:
        name, inputs = examined.name(genotype), examined.inputs(2, genotype)
        first = examined.module(genotype)
        before = outputs(first, inputs)
        if not same(before, outputs(examined.module(genotype), inputs)):
            yield (
                f"extract gives {name} with other outputs the second time. Whatever it draws at "
                "random has to be drawn once, when the supernet is trained."
            )
            continue
        with torch.no_grad():
            for parameter in first.parameters():
                parameter.add_(1.0)
        if not same(before, outputs(examined.module(genotype), inputs)):
            yield (
                f"Changing the parameters of {name} changes what extract gives next: both share "
                "memory. Give each sub-network clones of the weights."
            )


@rule("supernet", "MACs, parameters and size are those counted on the sub-networks")
def _counted(examined: CheckedSupernet) -> Iterator[str]:
    from engine.supernets.counting import macs

    supernet = examined.supernet
    costs = np.asarray(supernet.macs_params(examined.genotypes))
    size = supernet.state_bytes(examined.genotypes)
    for row, genotype in enumerate(examined.genotypes):
        module = examined.module(genotype)
        state = module.state_dict().values()
        stored = sum(v.numel() * (4 if v.is_floating_point() else v.element_size()) for v in state)
        whole = macs(module, examined.inputs(1, genotype))[""]
        counted = {
            "MACs": (int(costs[row, 0]), int(whole)),
            "parameters": (int(costs[row, 1]), sum(p.numel() for p in module.parameters())),
            "bytes of weights": (int(size[row]) if size is not None else stored, stored),
        }
        for what, (told, found) in counted.items():
            if told != found:
                yield (
                    f"{examined.name(genotype)} has {found:,} {what} if they are counted (MACs by "
                    f"fvcore, for one input), but the supernet tells {told:,}. Correct macs_params "
                    "or state_bytes, or leave them out: they are counted then."
                )
                return
    alone = np.vstack([supernet.macs_params(row[None]) for row in examined.genotypes])
    if not np.array_equal(alone, costs):
        yield "macs_params tells other numbers of sub-networks together than of each alone."


@rule("supernet", "the largest sub-network costs no less than the smallest")
def _ordered(examined: CheckedSupernet) -> Iterator[str]:
    costs = examined.supernet.exact_metrics(examined.ends)
    for name, (small, large) in ((n, v.tolist()) for n, v in costs.items()):
        if name in ("macs", "params", "size") and small > large:
            yield (
                f"The smallest sub-network has {name} {small:,g}, the largest {large:,g}. Write "
                "the choices of each gene in ascending order, or make the gene categorical."
            )


@rule("supernet", "bounds are finite, and the ideal is better than where hypervolume starts")
def _bounds(examined: CheckedSupernet) -> Iterator[str]:
    for name in sources(examined.supernet, examined.settings):
        start, ideal = examined.supernet.bounds(name)
        known = metric(name)
        if known.refusal(ideal):
            yield f"bounds: the ideal of {name} {known.refusal(ideal)}."
        elif start is not None and not np.isfinite(start):
            yield f"bounds: hypervolume of {name} starts at {start}. Give a number, or None."
        elif start is not None and known.sign * (start - ideal) < 0:
            yield (
                f"bounds: hypervolume of {name} starts at {start:g}, which is better than the "
                f"ideal {ideal:g}. The first is the worst value that still counts."
            )


@rule("supernet", "some sub-networks lie between where hypervolume starts and the ideal")
def _within_bounds(examined: CheckedSupernet) -> Iterator[str]:
    faults: list[str] = []
    for genotypes in (examined.ends, examined.genotypes):  # to measure few where that tells
        faults = list(_outside(examined, genotypes))
        if not faults:
            return
    yield from faults


def _outside(examined: CheckedSupernet, genotypes: Genotypes) -> Iterator[str]:
    """What is wrong with bounds that all these sub-networks lie outside of."""
    supernet = examined.supernet
    exact = {name: values.tolist() for name, values in supernet.exact_metrics(genotypes).items()}
    for name, values in {**exact, **_qualities(examined, genotypes)}.items():
        start, ideal = supernet.bounds(name)
        sign, there = metric(name).sign, f"{min(values):g} to {max(values):g}"
        if start is not None and all(sign * (value - start) > 0 for value in values):
            yield (
                f"bounds: hypervolume of {name} starts at {start:g}, and the sub-networks have "
                f"{there}, all worse: none would count. Start where the worst of them still counts."
            )
        elif all(sign * (value - ideal) < 0 for value in values):
            yield (
                f"bounds: the ideal of {name} is {ideal:g}, and the sub-networks have {there}, all "
                "better. Give a value that none of them can be better than."
            )


def _qualities(examined: CheckedSupernet, genotypes: Genotypes) -> dict[str, list[float]]:
    """The qualities of sub-networks that are possible numbers, by metric."""
    supernet, settings = examined.supernet, examined.settings
    names = [known.name for known in supernet.task.metrics]
    found: dict[str, list[float]] = {name: [] for name in names}
    for genotype in genotypes:
        resolution = supernet.resolution(supernet.space.to_config(genotype))
        network = examined.network(genotype)
        told = supernet.task.quality(network, "validation", names, settings, resolution)
        for name in names:
            if not metric(name).refusal(told.get(name)):
                found[name].append(float(told[name]))
    return {name: values for name, values in found.items() if values}


@rule("supernet", "its name can be written anywhere, and no other supernet has it")
def _named(examined: CheckedSupernet) -> Iterator[str]:
    name = examined.supernet.name
    if why := trained.wrong_name(name):
        yield why
    elif name in registry.BUILT_IN and registry.load(name) is not examined.supernet:
        yield f"'{name}' is a supernet that comes with the engine. Choose another name."


def _is_installed(supernet: Supernet) -> bool:
    """Whether a package offers this very class by the supernet's name."""
    point = plug_ins.offered(plug_ins.SUPERNETS).get(supernet.name)
    kind = type(getattr(supernet, "guarded", supernet))
    return point is not None and point.value == f"{kind.__module__}:{kind.__qualname__}"


@rule("supernet", "it is described without torch, and its fingerprint is the same in each process")
def _in_another_process(examined: CheckedSupernet) -> Iterator[str]:
    supernet, given = examined.supernet, examined.settings
    settings = replace(given, batch_size=100, device="cpu", precision="fp32")
    here = supernet.fingerprint(settings)
    if here != supernet.fingerprint(settings):
        yield (
            "fingerprint differs from call to call. It may depend on weights, data and how quality "
            "is measured alone."
        )
        return
    if not _is_installed(supernet):
        return  # another process would not find it, or another one of its name
    code = _NO_TORCH.format(
        name=supernet.name,
        supernet=dict(settings.supernet),
        task=dict(settings.task),
        meters={name: dict(options) for name, options in settings.meters.items()},
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=_APART,
        check=False,
    )
    if done.returncode:
        yield f"In a process of its own it fails: {done.stderr.strip().splitlines()[-1]}"
        return
    torch_loaded, there = done.stdout.split()[-2:]
    if torch_loaded == "True":
        yield (
            "Describing it imports torch, for which a dashboard would wait. Import torch and what "
            "needs it inside methods, not at the top of a module."
        )
    if there != here:
        yield (
            "fingerprint differs from process to process, so numbers are never used again. Let it "
            "depend on files, not on hash() or the order of a set."
        )


@rule("supernet", "every gene changes what a sub-network computes or costs", thorough=True)
def _effective(examined: CheckedSupernet) -> Iterator[str]:
    space = examined.supernet.space
    largest = examined.ends[1]
    for index, gene in enumerate(space.genes):
        changed = largest.copy()
        changed[index] = 0 if largest[index] else len(gene.choices) - 1
        changed = space.canonical(changed)
        if np.array_equal(changed, largest):
            continue
        found = [outputs(examined.module(g), examined.inputs(1, g)) for g in (largest, changed)]
        costs = examined.supernet.macs_params(np.stack([largest, changed]))
        if same(*found) and np.array_equal(costs[0], costs[1]):
            yield (
                f"Gene {index} ({gene.group}, {gene.part or 'whole network'}) changes nothing in "
                "the largest sub-network. Let extract read it, or switch it off where it has no "
                "effect."
            )


RULES = (
    _named,
    _extracted,
    _repeatable,
    _counted,
    _ordered,
    _bounds,
    _within_bounds,
    _in_another_process,
    _effective,
)
