"""What of a network can bend: found by a trace, proved by a test, part by part."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import nn

from engine.errors import ElasticError
from engine.supernets.elastic import blocks as skipping
from engine.supernets.elastic.acceptance import Acceptance, PartTest
from engine.supernets.elastic.analysis_errors import (
    cannot_run,
    check_names,
    copied,
    first_line,
    too_small,
)
from engine.supernets.elastic.assembly import Assembly, Bend
from engine.supernets.elastic.attention import split_attention
from engine.supernets.elastic.branches import REMARK, branching_inputs
from engine.supernets.elastic.example_inputs import (
    as_float32,
    at_least_two,
    first_input_only,
    resized,
)
from engine.supernets.elastic.following import trace, trace_also, trace_training
from engine.supernets.elastic.network import ElasticNetwork
from engine.supernets.elastic.ordering import importance_orders, reorder, with_blocks_ordered
from engine.supernets.elastic.proof_weights import distinct_weights
from engine.supernets.elastic.rigid_layers import rigid_layers
from engine.supernets.elastic.self_test import (
    TOLERANCE,
    SelfTest,
    check_branch,
    check_training,
    difference,
    full_self_test,
)
from engine.supernets.elastic.settings import ElasticSettings
from engine.supernets.elastic.structure import Stage, Structure
from engine.supernets.elastic.tracing import Trace, call_network, in_eval_mode
from engine.supernets.elastic.widths import UnitGroup, joined_groups, unit_groups

Progress = Callable[[str], None]

_FEW_SAMPLES, _MANY_SAMPLES = 1, 24  # random sub-networks of each test of parts


@dataclass(frozen=True)
class Rigid:
    """A layer or block that stays as it is, and why."""

    where: str
    reason: str


@dataclass(frozen=True)
class Analysis:
    """An elastic network, what of it stays rigid, and what was tested."""

    network: ElasticNetwork
    rigid: tuple[Rigid, ...]
    self_test: SelfTest


def analyse(
    model: nn.Module,
    inputs: Any,
    settings: ElasticSettings | None = None,
    progress: Progress | None = None,
) -> Analysis:
    """Find out how a copy of `model` bends. `inputs` are a small batch of real ones.

    They are a tensor, a tuple of arguments, or a mapping of arguments by name. The copy has weights
    in float32, whatever those of `model` are. Raises ElasticError
    that names the layer and the reason where nothing bends, or the network cannot be run.
    """
    settings, say = settings or ElasticSettings(), progress or (lambda _: None)
    search = _Search(copied(model), as_float32(inputs), settings, say)
    return search.run()


class _Search:
    """The search for the parts that bend."""

    def __init__(
        self, model: nn.Module, inputs: Any, settings: ElasticSettings, say: Progress
    ) -> None:
        self._model, self._inputs, self._settings, self._say = model, inputs, settings, say
        self._single = first_input_only(inputs)
        self._rigid: dict[str, str] = {}
        self._groups: list[UnitGroup] = []
        self._branches: list[Any] = []
        self._training_inputs: Any = None  # only for a network that uses more weights in training

    def run(self) -> Analysis:
        """The network with all that bends."""
        self._say("Following one input through the network")
        expected = self._original_outputs()[0]
        if difference(self._original_outputs()[0], expected) > TOLERANCE:
            raise ElasticError(
                "The network gives different outputs for the same inputs in eval mode, so that no "
                "sub-network can be checked. Leave out what is random then."
            )
        split_attention(self._model)
        try:
            traces = self._traces()
        except Exception as error:
            raise cannot_run(error) from error
        found = skipping.skippable_blocks(self._model, traces[0])
        assembly = Assembly(self._model, traces, found, self._settings)
        bends = self._candidates(traces[0], found, assembly)
        self._say(f"Testing {len(bends)} parts that may bend")
        network, test = self._tested(assembly, bends, expected, traces[0])
        rigid = [*self._rigid.items(), *rigid_layers(self._model, traces[0], network.structure)]
        return Analysis(network, tuple(Rigid(*pair) for pair in dict(rigid).items()), test)

    def _tested(
        self, assembly: Assembly, bends: Sequence[Bend], expected: Any, traced: Trace
    ) -> tuple[ElasticNetwork, SelfTest]:
        """The network with the parts that pass all tests.

        Parts that fail for a few random sub-networks only are found by testing each with more.
        """
        self._say(f"Testing {len(bends)} parts that may bend")
        for samples in (_FEW_SAMPLES, _MANY_SAMPLES):
            with distinct_weights(self._model):
                bends = self._accepted(assembly, bends, samples)
            if not bends:
                raise self._nothing_bends(traced)
            try:
                network = self._ordered(assembly.structure(bends))
                self._say("Comparing sub-networks with their plain modules")
                return network, self._final_test(network, expected)
            except Exception as error:  # noqa: BLE001 - code of users fails in any way
                problem = error
        raise ElasticError(
            f"The self-test of the elastic network failed: {first_line(problem)}. The network is "
            "not used."
        ) from problem

    def _accepted(self, assembly: Assembly, bends: Sequence[Bend], samples: int) -> list[Bend]:
        """The parts that pass the test together; the others are rigid, with the reason."""
        expected = self._original_outputs()[1]
        test = PartTest(
            self._model, assembly, self._single, expected, samples, self._training_inputs,
            self._branches,
        )  # fmt: skip
        acceptance = Acceptance(test)
        accepted = acceptance.run(bends, self._groups, self._rigid, self._settings)
        self._rigid = acceptance.rigid
        return accepted

    def _original_outputs(self) -> tuple[Any, Any]:
        """The outputs for all inputs and for one."""
        try:
            with torch.no_grad():
                in_eval_mode(self._model)
                several = call_network(self._model, self._inputs)
                return several, call_network(self._model, self._single)
        except Exception as error:
            raise cannot_run(error) from error

    def _traces(self) -> list[Trace]:
        sides = self._settings.resolutions
        scaled = [resized(self._single, side) for side in sides] if sides else [self._single]
        traces = [trace(self._model, inputs)[0] for inputs in scaled]
        self._branches = branching_inputs(self._model, self._inputs)
        for inputs in self._branches:
            trace_also(self._model, inputs, traces[0])
        several = at_least_two(self._inputs)
        if trace_training(self._model, several, traces[0]):
            self._training_inputs = several
        return traces

    def _candidates(
        self, traced: Trace, found: Sequence[skipping.Block], assembly: Assembly
    ) -> list[Bend]:
        """All parts that may bend, with the choices that they would have."""
        settings = self._settings
        bends = []
        self._groups = unit_groups(traced, self._model)
        self._check_names(found)
        for group in self._groups:
            if len(group.roots) < 2:
                reason = "its channels can only be removed all together"
                self._rigid.setdefault(group.layers[0], reason)
                continue
            if len(group.choices(settings)) < 2:
                self._rigid[group.name] = too_small(group, settings)
                continue
            is_head = group.role == "heads" and bool(assembly.numbers(group))
            bends.append(Bend(group, sets_numbers=is_head))
        if settings.depth:
            stages = skipping.stages(self._model, list(found), settings)
            bends.extend(map(Bend, stages))
        inside = [
            block for bend in bends if isinstance(bend.part, Stage) for block in bend.part.blocks
        ]
        if settings.kernels:
            kernels = skipping.elastic_kernels(self._model, settings, inside)
            bends.extend(map(Bend, kernels))
        return bends

    def _check_names(self, found: Sequence[skipping.Block]) -> None:
        """Raise ElasticError for settings of a part that the network does not have."""
        anything = ElasticSettings(least_depth=0.01)  # nearly all blocks
        names = {
            *(group.name for group in [*self._groups, *joined_groups(self._groups)]),
            *(stage.name for stage in skipping.stages(self._model, list(found), anything)),
            *(kernel.layer for kernel in skipping.elastic_kernels(self._model, anything, [])),
        }
        check_names([*self._settings.rigid, *self._settings.choices], names)

    def _ordered(self, structure: Structure) -> ElasticNetwork:
        """The network with its channels and blocks in the order of their importance."""
        reorder(self._model, structure, importance_orders(self._model, structure))
        network = ElasticNetwork(self._model, structure)
        return ElasticNetwork(self._model, with_blocks_ordered(network, self._inputs))

    def _final_test(self, network: ElasticNetwork, expected: Any) -> SelfTest:
        test = full_self_test(network, self._inputs, self._single, expected)
        check_training(self._model, network.structure, at_least_two(self._inputs))
        for inputs in self._branches:
            check_branch(self._model, network.structure, inputs)
        return replace(test, remarks=(*test.remarks, REMARK)) if self._branches else test

    def _nothing_bends(self, traced: Trace) -> ElasticError:
        reasons = {**self._rigid, **dict(rigid_layers(self._model, traced, None))}
        listed = "; ".join(f"{where}: {why}" for where, why in list(reasons.items())[:5])
        return ElasticError(f"Nothing of this network can bend. {listed or 'It has no layers'}.")
