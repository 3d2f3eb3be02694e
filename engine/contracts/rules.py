"""A rule, what is tried it on, and what was found."""

import functools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from engine.evaluation_settings import EvaluationSettings
from engine.meters.measured_network import MeasuredNetwork
from engine.space import Genotypes
from engine.supernets.base import Supernet

if TYPE_CHECKING:
    from torch import Tensor, nn

    from engine.tasks.base import Network

Of = Literal["space", "supernet", "task", "meters"]

_QUICK, _THOROUGH = 2, 20  # sub-networks drawn at random, beside both ends of the space


@dataclass(frozen=True)
class Finding:
    """What is wrong `of` something: the `rule` that is broken, and a sentence on where and how."""

    of: Of
    rule: str
    text: str

    def __str__(self) -> str:
        return f"{self.of}: {self.text}"


@dataclass(frozen=True)
class CheckedSupernet:
    """A supernet that rules are tried on, with `settings`; more of it if that is to be thorough."""

    supernet: Supernet
    settings: EvaluationSettings = field(default_factory=EvaluationSettings)
    thorough: bool = False

    @functools.cached_property
    def ends(self) -> Genotypes:
        """`(2, genes)` the smallest and the largest sub-network."""
        return np.stack([self.supernet.space.smallest, self.supernet.space.largest])

    @functools.cached_property
    def genotypes(self) -> Genotypes:
        """`(n, genes)` both ends of the space, and some sub-networks of those between."""
        count = _THOROUGH if self.thorough else _QUICK
        rows = self.supernet.space.sample(count, np.random.default_rng(0))
        return np.vstack([self.ends, rows])

    @functools.cached_property
    def _networks(self) -> "dict[bytes, Network]":
        return {}

    def name(self, genotype: Genotypes) -> str:
        """A sub-network in words: its config."""
        return f"the sub-network {self.supernet.space.to_config(genotype)}"

    def module(self, genotype: Genotypes) -> "nn.Module":
        """The sub-network, taken out of the supernet anew."""
        config = self.supernet.space.to_config(genotype)
        return self.supernet.extract(config, self.settings)

    def inputs(self, count: int, genotype: Genotypes) -> Any:
        """Example inputs for a sub-network, where the settings have networks."""
        import torch

        from engine.tasks.inputs import move_inputs

        config = self.supernet.space.to_config(genotype)
        inputs = self.supernet.task.example_inputs(count, self.supernet.resolution(config))
        return move_inputs(inputs, torch.device(self.settings.device))

    def network(self, genotype: Genotypes) -> "Network":
        """The sub-network with its statistics recomputed, as its quality is measured."""
        key = self.supernet.space.key(genotype)
        if key not in self._networks:
            config = self.supernet.space.to_config(genotype)
            self._networks[key] = MeasuredNetwork(self.supernet, config, self.settings).network
        return self._networks[key]


@dataclass(frozen=True)
class Rule:
    """What has to hold, in a sentence, and what says what is wrong: nothing where it holds.

    One that takes minutes is tried in a `thorough` check alone.
    """

    of: Of
    title: str
    check: Callable[[CheckedSupernet], Iterable[str]]
    thorough: bool = False


@dataclass(frozen=True)
class Outcome:
    """What came of a rule."""

    of: Of
    rule: str
    findings: Sequence[Finding] = ()


def rule(
    of: Of, title: str, *, thorough: bool = False
) -> Callable[[Callable[[CheckedSupernet], Iterable[str]]], Rule]:
    """Make a rule of the function that checks it, which gives a sentence for each fault."""
    return lambda check: Rule(of, title, check, thorough)


def outputs(module: "Callable[..., Any]", inputs: Any) -> "list[Tensor]":
    """All tensors that a network gives for a batch of inputs, on the processor."""
    import torch

    from engine.tasks.inputs import call, tensors

    with torch.inference_mode():
        return [part.cpu() for part in tensors(call(module, inputs))]


def same(one: "Sequence[Tensor]", other: "Sequence[Tensor]") -> bool:
    """Whether tensors are equal, one by one."""
    import torch

    pairs = zip(one, other, strict=False)
    return len(one) == len(other) and all(torch.equal(a, b) for a, b in pairs)
