"""Proof that an elastic network computes what it should, before anything is trained.

Each part that bends is tested: a network with its units in another order must compute the same,
a smaller one must run, must equal its plain module, and must equal the whole network in which the
weights of the removed units are zero, wherever units do not change each other.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from engine.supernets.counting import count_macs
from engine.supernets.elastic.analysis_errors import first_line
from engine.supernets.elastic.example_inputs import at_least_two, resized
from engine.supernets.elastic.exchange import call_with
from engine.supernets.elastic.following import executed_macs, kept_buffers
from engine.supernets.elastic.network import Choices, ElasticNetwork
from engine.supernets.elastic.ordering import inverse, reorder
from engine.supernets.elastic.structure import Structure
from engine.supernets.elastic.tracing import call_network, in_eval_mode, tensors_in

TOLERANCE = 1e-4  # of differences, relative to the largest output: float32, in another order
_NOTHING = 1e-30  # outputs of no larger number are all zero but for rounding
_RANDOM_NETWORKS = 20
_COUNTED = 6  # the ends and some random ones: tracing takes long


class SelfTestError(Exception):
    """A network does not compute what it should; the message says how."""


@dataclass(frozen=True)
class SelfTest:
    """What was tested. Differences are relative to the largest output.

    `networks` sub-networks were compared with their plain modules; the MACs of `counted` of them
    were compared with fvcore's count.
    """

    original_difference: float
    extracted_difference: float
    networks: int
    counted: int
    unreached: tuple[str, ...] = ()
    """Parameters that no gradient reaches, also not in the original network."""
    remarks: tuple[str, ...] = ()
    """Sentences for people, such as one on MACs that fvcore counts in another way."""

    def as_data(self) -> dict[str, Any]:
        """Plain data."""
        return asdict(self)


def difference(output: Any, expected: Any) -> float:
    """The largest difference of two outputs, relative to the largest number of the second.

    Raises SelfTestError where their shapes differ or a number is not finite.
    """
    tensors, others = ([t.detach() for t in tensors_in(o)] for o in (output, expected))
    if [tuple(t.shape) for t in tensors] != [tuple(t.shape) for t in others]:
        raise SelfTestError(
            f"its output has the shapes {_shapes(tensors)} in place of {_shapes(others)}"
        )
    largest = 0.0
    for tensor, other in zip(tensors, others, strict=True):
        if not other.is_floating_point() or other.numel() == 0:
            continue
        if not bool(torch.isfinite(tensor).all()) and bool(torch.isfinite(other).all()):
            raise SelfTestError("its output is not finite")
        scale = max(float(other.abs().nan_to_num(0, 0, 0).max()), _NOTHING)
        gap = (tensor - other).nan_to_num(0, 0, 0).abs().max()
        largest = max(largest, float(gap) / scale)
    return largest


def _shapes(tensors: Sequence[Tensor]) -> str:
    return ", ".join(" x ".join(map(str, tensor.shape)) or "one number" for tensor in tensors)


def check_bends(
    model: nn.Module,
    structure: Structure,
    mixes: Sequence[bool],
    inputs: Any,
    expected: Any,
    samples: int = 1,
) -> None:
    """Raise SelfTestError, or whatever the network raises, if a part does not bend as it should.

    `mixes` says of each width whether its units change one another; `expected` is the original
    output for `inputs`. The smallest and `samples` random sub-networks are run.
    """
    network, rng = ElasticNetwork(model, structure), np.random.default_rng(0)
    full = network.choices(structure.space.largest)
    smallest = network.choices(structure.space.smallest)
    with torch.no_grad():
        difference(network.run_choices(smallest, inputs), expected)  # most failures are found here
        _check_other_order(network, inputs, expected, rng)
        for genotype in (structure.space.smallest, *structure.space.sample(samples, rng)):
            output = network.run(genotype, inputs)
            difference(output, expected)
            extracted = call_network(network.extract(genotype), inputs)
            if difference(extracted, output) > TOLERANCE:
                raise SelfTestError("the plain module computes something else")
        if samples > 1:
            for block in (block for stage in structure.stages for block in stage.blocks):
                network.run_choices(Choices(full.units, full.kernels, (block,)), inputs)
        separate = tuple(
            all_units if mixed else few
            for all_units, few, mixed in zip(full.units, smallest.units, mixes, strict=True)
        )
        if separate != full.units:
            _check_removed_units(network, Choices(separate, full.kernels, ()), inputs)


def _check_other_order(
    network: ElasticNetwork, inputs: Any, expected: Any, rng: np.random.Generator
) -> None:
    """Compare the outputs before and after the units of each width are put in another order."""
    model, structure = network.model, network.structure
    orders = [rng.permutation(width.units) for width in structure.widths]
    reorder(model, structure, orders)
    try:
        gap = difference(call_network(in_eval_mode(model), inputs), expected)
    finally:
        reorder(model, structure, inverse(orders))
    if gap > TOLERANCE:
        raise SelfTestError("its output depends on the order of the units")


def check_training(model: nn.Module, structure: Structure, inputs: Any) -> None:
    """Raise whatever the smallest and the largest network raise in training mode, if they do."""
    network = ElasticNetwork(model, structure)
    with kept_buffers(model), torch.random.fork_rng(), torch.no_grad():
        try:
            for genotype in (structure.space.smallest, structure.space.largest):
                network.run(genotype, inputs, training=True)
        finally:
            model.eval()


def _check_removed_units(network: ElasticNetwork, choices: Choices, inputs: Any) -> None:
    """Compare a smaller network with the whole one in which removed units have weights of zero."""
    zeroed: dict[str, Tensor] = {}
    tensors = {**dict(network.model.named_parameters()), **dict(network.model.named_buffers())}
    for name, dim, axis in network.structure.axes:
        kept = torch.from_numpy(axis.kept(choices.units)).to(tensors[name].device)
        shape = [-1 if d == dim else 1 for d in range(tensors[name].dim())]
        neutral = 1.0 if name.endswith("running_var") else 0.0
        zeroed[name] = torch.where(kept.reshape(shape), zeroed.get(name, tensors[name]), neutral)
    masked = call_with(in_eval_mode(network.model), zeroed, inputs)
    if difference(network.run_choices(choices, inputs), masked) > TOLERANCE:
        raise SelfTestError("without some units it computes something else than with their weights "
                            "at zero")  # fmt: skip


def full_self_test(network: ElasticNetwork, inputs: Any, single: Any, expected: Any) -> SelfTest:
    """Compare the largest with the original, and many sub-networks with their plain modules.

    `single` is one input, for which MACs are counted, at the resolution of each sub-network. Raises
    SelfTestError that says what differs.
    """
    space, rng = network.space, np.random.default_rng(1)
    genotypes = [space.largest, space.smallest, *space.sample(_RANDOM_NETWORKS, rng)]
    worst, counter = 0.0, _Counter()
    macs_params = network.macs_params(np.stack(genotypes))
    with torch.no_grad():
        original = difference(network.run(space.largest, inputs), expected)
        if original > TOLERANCE:
            raise SelfTestError("the largest network computes something else than the original")
        for number, (genotype, (macs, params)) in enumerate(
            zip(genotypes, macs_params.tolist(), strict=True)
        ):
            plain = network.extract(genotype)
            side = space.value_of("resolution", genotype)
            given = single if side is None else resized(single, int(side))
            output = network.run(genotype, given)
            worst = max(worst, difference(call_network(plain, given), output))
            plain.load_state_dict(plain.state_dict())
            own = sum(p.numel() for p in plain.parameters())
            if own != params:
                raise SelfTestError(f"a sub-network has {own:,} parameters, not {params:,}")
            if number < _COUNTED:
                counter.check(plain, given, macs)
    if worst > TOLERANCE:
        raise SelfTestError("a plain module computes something else than the shared weights")
    unreached = _unreached(network, inputs)
    return SelfTest(
        original, worst, len(genotypes), counter.counted, unreached, tuple(counter.remarks)
    )


class _Counter:
    """What MACs are compared with: fvcore, as long as it counts as the table does.

    It leaves out what no output needs, counts some functions as a whole, and cannot trace every
    network. From then on it is what the plain modules run.
    """

    def __init__(self) -> None:
        self.counted, self.remarks = 0, list[str]()

    def check(self, plain: nn.Module, single: Any, macs: int) -> None:
        """Raise SelfTestError if a sub-network has other MACs than `macs`."""
        agrees = not self.remarks and self._fvcore_agrees(plain, single, macs)
        self.counted += 1
        if not agrees and (total := executed_macs(plain, single)) != macs:
            raise SelfTestError(f"it has {total:,} MACs, the table has {macs:,}")

    def _fvcore_agrees(self, plain: nn.Module, single: Any, macs: int) -> bool:
        what = "a sub-network" if self.counted else "the full network"
        try:
            total = _fvcore_count(plain, single)
        except Exception as error:  # noqa: BLE001 - not every network can be traced as it needs
            problem = f"fvcore cannot count the MACs of {what} ({first_line(error)})"
        else:
            if total == macs:
                return True
            problem = (
                f"fvcore counts {total:,} MACs for {what} in place of {macs:,}, since it counts "
                "some functions in another way or leaves out what no output needs"
            )
        self.remarks.append(f"{problem}; MACs were compared with what the plain modules run.")
        return False


def _fvcore_count(plain: nn.Module, single: Any) -> int:
    return int(count_macs(plain, single).get("", 0))


def check_branch(model: nn.Module, structure: Structure, inputs: Any, samples: int = 1) -> None:
    """Raise SelfTestError, or what the network raises, for inputs with other operators."""
    network, rng = ElasticNetwork(model, structure), np.random.default_rng(0)
    with torch.no_grad():
        for genotype in (structure.space.smallest, *structure.space.sample(samples, rng)):
            extracted = call_network(network.extract(genotype), inputs)
            if difference(extracted, network.run(genotype, inputs)) > TOLERANCE:
                raise SelfTestError("the plain module computes something else for other inputs")


def _unreached(network: ElasticNetwork, inputs: Any) -> tuple[str, ...]:
    """The parameters that no gradient reaches in training, also not in the original."""
    model = network.model
    model.zero_grad(set_to_none=True)
    with kept_buffers(model), torch.random.fork_rng(), torch.enable_grad():
        outputs = network.run(network.space.largest, at_least_two(inputs), training=True)
        model.eval()
        total = sum(t.float().pow(2).sum() for t in tensors_in(outputs) if t.requires_grad)
        if isinstance(total, Tensor):
            total.backward()
    found = tuple(
        name for name, p in model.named_parameters() if p.requires_grad and p.grad is None
    )
    model.zero_grad(set_to_none=True)
    return found
