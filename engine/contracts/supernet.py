"""The rules for supernets."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from engine import plug_ins
from engine.contracts.rules import CheckedSupernet, equal_tensors, output_tensors, rule
from engine.meters.registry import sources
from engine.metrics import metric
from engine.space import Genotypes
from engine.supernets import registry, trained
from engine.supernets.base import Supernet

_PROCESS_TIMEOUT = 60.0  # seconds that another process has
_DESCRIBE_SCRIPT = """
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
def _networks_take_inputs(subject: CheckedSupernet) -> Iterator[str]:
    for genotype in subject.genotypes:
        module, name = subject.module(genotype), subject.describe(genotype)
        if training := [part or "the network" for part, m in module.named_modules() if m.training]:
            yield f"extract gives {name} with {training[0]} in training mode. Call eval() on it."
        for count in (1, 2):
            tensors = output_tensors(module, subject.inputs(count, genotype))
            if not tensors:
                yield f"extract gives {name}, which returns no tensor. A network has to."
            elif any(len(part) != count for part in tensors if part.ndim):
                yield (
                    f"extract gives {name}, which returns {len(tensors[0])} outputs for {count} "
                    "example inputs. The first dimension has to be that of the inputs."
                )
            elif not all(bool(part.isfinite().all()) for part in tensors):
                yield f"extract gives {name}, whose outputs are not finite. Look at its weights."
            else:
                continue
            return


@rule("supernet", "a sub-network is the same each time, and shares no memory with another")
def _extraction_is_repeatable(subject: CheckedSupernet) -> Iterator[str]:
    import torch

    for genotype in subject.ends:
        name, inputs = subject.describe(genotype), subject.inputs(2, genotype)
        first = subject.module(genotype)
        before = output_tensors(first, inputs)
        if not equal_tensors(before, output_tensors(subject.module(genotype), inputs)):
            yield (
                f"extract gives {name} with other outputs the second time. Whatever it draws at "
                "random has to be drawn once, when the supernet is trained."
            )
            continue
        with torch.no_grad():
            for parameter in first.parameters():
                parameter.add_(1.0)
        if not equal_tensors(before, output_tensors(subject.module(genotype), inputs)):
            yield (
                f"Changing the parameters of {name} changes what extract gives next: both share "
                "memory. Give each sub-network clones of the weights."
            )


@rule("supernet", "MACs, parameters and size are those counted on the sub-networks")
def _costs_are_correct(subject: CheckedSupernet) -> Iterator[str]:
    from engine.supernets.counting import count_macs

    supernet = subject.supernet
    costs = np.asarray(supernet.macs_params(subject.genotypes))
    size = supernet.state_bytes(subject.genotypes)
    for row, genotype in enumerate(subject.genotypes):
        module = subject.module(genotype)
        state = module.state_dict().values()
        state_size = sum(
            v.numel() * (4 if v.is_floating_point() else v.element_size()) for v in state
        )
        mac_count = count_macs(module, subject.inputs(1, genotype))[""]
        counted = {
            "MACs": (int(costs[row, 0]), int(mac_count)),
            "parameters": (int(costs[row, 1]), sum(p.numel() for p in module.parameters())),
            "bytes of weights": (int(size[row]) if size is not None else state_size, state_size),
        }
        for cost_name, (reported, count) in counted.items():
            if reported != count:
                yield (
                    f"{subject.describe(genotype)} has {count:,} {cost_name} if they are counted "
                    f"(MACs by fvcore, for one input), but the supernet reports {reported:,}. "
                    "Correct macs_params or state_bytes, or leave them out: they are counted then."
                )
                return
    separate_costs = np.vstack([supernet.macs_params(row[None]) for row in subject.genotypes])
    if not np.array_equal(separate_costs, costs):
        yield "macs_params tells other numbers of sub-networks together than of each alone."


@rule("supernet", "the largest sub-network costs no less than the smallest")
def _largest_costs_most(subject: CheckedSupernet) -> Iterator[str]:
    costs = subject.supernet.exact_metrics(subject.ends)
    for name, (small, large) in ((n, v.tolist()) for n, v in costs.items()):
        if name in ("macs", "params", "size") and small > large:
            yield (
                f"The smallest sub-network has {name} {small:,g}, the largest {large:,g}. Write "
                "the choices of each gene in ascending order, or make the gene categorical."
            )


@rule("supernet", "bounds are finite, and the ideal is better than where hypervolume starts")
def _bounds_are_ordered(subject: CheckedSupernet) -> Iterator[str]:
    for name in sources(subject.supernet, subject.settings):
        start, ideal = subject.supernet.bounds(name)
        definition = metric(name)
        if definition.refusal(ideal):
            yield f"bounds: the ideal of {name} {definition.refusal(ideal)}."
        elif start is not None and not np.isfinite(start):
            yield f"bounds: hypervolume of {name} starts at {start}. Give a number, or None."
        elif start is not None and definition.sign * (start - ideal) < 0:
            yield (
                f"bounds: hypervolume of {name} starts at {start:g}, which is better than the "
                f"ideal {ideal:g}. The first is the worst value that still counts."
            )


@rule("supernet", "some sub-networks lie between where hypervolume starts and the ideal")
def _networks_are_within_bounds(subject: CheckedSupernet) -> Iterator[str]:
    problems: list[str] = []
    for genotypes in (subject.ends, subject.genotypes):  # to measure few where that tells
        problems = list(_bound_problems(subject, genotypes))
        if not problems:
            return
    yield from problems


def _bound_problems(subject: CheckedSupernet, genotypes: Genotypes) -> Iterator[str]:
    """A sentence for each bound that all these sub-networks lie outside of."""
    supernet = subject.supernet
    exact = {name: values.tolist() for name, values in supernet.exact_metrics(genotypes).items()}
    for name, values in {**exact, **_quality_values(subject, genotypes)}.items():
        start, ideal = supernet.bounds(name)
        sign, value_range = metric(name).sign, f"{min(values):g} to {max(values):g}"
        if start is not None and all(sign * (value - start) > 0 for value in values):
            yield (
                f"bounds: hypervolume of {name} starts at {start:g}, and the sub-networks have "
                f"{value_range}, all worse: none would count. Start where the worst of them still "
                "counts."
            )
        elif all(sign * (value - ideal) < 0 for value in values):
            yield (
                f"bounds: the ideal of {name} is {ideal:g}, and the sub-networks have "
                f"{value_range}, all better. Give a value that none of them can be better than."
            )


def _quality_values(subject: CheckedSupernet, genotypes: Genotypes) -> dict[str, list[float]]:
    """The possible quality values of sub-networks by metric."""
    supernet, settings = subject.supernet, subject.settings
    names = [quality.name for quality in supernet.task.metrics]
    values_by_metric: dict[str, list[float]] = {name: [] for name in names}
    for genotype in genotypes:
        resolution = supernet.resolution(supernet.space.to_config(genotype))
        network = subject.network(genotype)
        values = supernet.task.quality(network, "validation", names, settings, resolution)
        for name in names:
            if not metric(name).refusal(values.get(name)):
                values_by_metric[name].append(float(values[name]))
    return {name: values for name, values in values_by_metric.items() if values}


@rule("supernet", "its name can be written anywhere, and no other supernet has it")
def _name_is_usable(subject: CheckedSupernet) -> Iterator[str]:
    name = subject.supernet.name
    if problem := trained.name_problem(name):
        yield problem
    elif name in registry.BUILT_IN and registry.load(name) is not subject.supernet:
        yield f"'{name}' is a supernet that comes with the engine. Choose another name."


def _is_installed(supernet: Supernet) -> bool:
    """Whether a package registers this class under the supernet's name."""
    point = plug_ins.find_entry_points(plug_ins.SUPERNETS).get(supernet.name)
    kind = type(getattr(supernet, "wrapped", supernet))
    return point is not None and point.value == f"{kind.__module__}:{kind.__qualname__}"


@rule("supernet", "it is described without torch, and its fingerprint is the same in each process")
def _other_process_agrees(subject: CheckedSupernet) -> Iterator[str]:
    supernet, examined_settings = subject.supernet, subject.settings
    settings = replace(examined_settings, batch_size=100, device="cpu", precision="fp32")
    fingerprint = supernet.fingerprint(settings)
    if fingerprint != supernet.fingerprint(settings):
        yield (
            "fingerprint differs from call to call. It may depend on weights, data and how quality "
            "is measured alone."
        )
        return
    if not _is_installed(supernet):
        return  # another process would find no supernet or another one of this name
    code = _DESCRIBE_SCRIPT.format(
        name=supernet.name,
        supernet=dict(settings.supernet),
        task=dict(settings.task),
        meters={name: dict(options) for name, options in settings.meters.items()},
    )
    process = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=_PROCESS_TIMEOUT,
        check=False,
    )
    if process.returncode:
        yield f"In a process of its own it fails: {process.stderr.strip().splitlines()[-1]}"
        return
    torch_loaded, other_fingerprint = process.stdout.split()[-2:]
    if torch_loaded == "True":
        yield (
            "Describing it imports torch, for which a dashboard would wait. Import torch and what "
            "needs it inside methods, not at the top of a module."
        )
    if other_fingerprint != fingerprint:
        yield (
            "fingerprint differs from process to process, so numbers are never used again. Let it "
            "depend on files, not on hash() or the order of a set."
        )


@rule("supernet", "every gene changes what a sub-network computes or costs", thorough=True)
def _genes_have_an_effect(subject: CheckedSupernet) -> Iterator[str]:
    space = subject.supernet.space
    largest = subject.ends[1]
    for index, gene in enumerate(space.genes):
        changed = largest.copy()
        changed[index] = 0 if largest[index] else len(gene.choices) - 1
        changed = space.canonical(changed)
        if np.array_equal(changed, largest):
            continue
        tensors = [
            output_tensors(subject.module(g), subject.inputs(1, g)) for g in (largest, changed)
        ]
        costs = subject.supernet.macs_params(np.stack([largest, changed]))
        if equal_tensors(*tensors) and np.array_equal(costs[0], costs[1]):
            yield (
                f"Gene {index} ({gene.group}, {gene.part or 'whole network'}) changes nothing in "
                "the largest sub-network. Let extract read it, or switch it off where it has no "
                "effect."
            )


RULES = (
    _name_is_usable,
    _networks_take_inputs,
    _extraction_is_repeatable,
    _costs_are_correct,
    _largest_costs_most,
    _bounds_are_ordered,
    _networks_are_within_bounds,
    _other_process_agrees,
    _genes_have_an_effect,
)
