"""Rules, the supernets that most of them are applied to, and their findings."""

import functools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

import numpy as np

from engine.errors import DynasError
from engine.evaluation_settings import EvaluationSettings
from engine.meters.measured_network import MeasuredNetwork
from engine.quoting import error_text
from engine.space import Genotypes
from engine.supernets.base import Supernet

if TYPE_CHECKING:
    from torch import Tensor, nn

    from engine.tasks.base import Network

Of = Literal["space", "supernet", "task", "meters", "evaluator", "cluster"]

Subject = TypeVar("Subject")
"""What a rule is applied to."""

_QUICK_SAMPLES, _THOROUGH_SAMPLES = 2, 20  # random sub-networks besides the ends of the space


@dataclass(frozen=True)
class Finding:
    """A violation: its kind of subject `of`, the violated `rule`, and a sentence on the details.

    >>> print(Finding("task", "metrics are measured", "acc is 120 %, above 100 %."))
    task: acc is 120 %, above 100 %.
    """

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
        """`(n, genes)` both ends of the space, and random sub-networks."""
        count = _THOROUGH_SAMPLES if self.thorough else _QUICK_SAMPLES
        rows = self.supernet.space.sample(count, np.random.default_rng(0))
        return np.vstack([self.ends, rows])

    @functools.cached_property
    def _networks(self) -> "dict[bytes, Network]":
        return {}

    def describe(self, genotype: Genotypes) -> str:
        """A description of a sub-network: its config."""
        return f"the sub-network {self.supernet.space.to_config(genotype)}"

    def module(self, genotype: Genotypes) -> "nn.Module":
        """The sub-network, extracted again at each call."""
        config = self.supernet.space.to_config(genotype)
        return self.supernet.extract(config, self.settings)

    def inputs(self, count: int, genotype: Genotypes) -> Any:
        """Example inputs for a sub-network, on the device of the settings."""
        import torch

        from engine.tasks.inputs import move_inputs

        config = self.supernet.space.to_config(genotype)
        inputs = self.supernet.task.example_inputs(count, self.supernet.resolution(config))
        return move_inputs(inputs, torch.device(self.settings.device))

    def network(self, genotype: Genotypes) -> "Network":
        """The recalibrated sub-network, as used to measure quality."""
        key = self.supernet.space.key(genotype)
        if key not in self._networks:
            config = self.supernet.space.to_config(genotype)
            self._networks[key] = MeasuredNetwork(self.supernet, config, self.settings).network
        return self._networks[key]


@dataclass(frozen=True)
class Rule(Generic[Subject]):
    """A requirement in a sentence, and a `check` that yields a sentence for each violation.

    Rules that take minutes are only applied in a `thorough` check.
    """

    of: Of
    title: str
    check: Callable[[Subject], Iterable[str]]
    thorough: bool = False


@dataclass(frozen=True)
class Outcome:
    """The result of a rule."""

    of: Of
    rule: str
    findings: Sequence[Finding] = ()


def rule(
    of: Of, title: str, *, thorough: bool = False
) -> Callable[[Callable[[Subject], Iterable[str]]], Rule[Subject]]:
    """Decorate a function that yields a sentence for each violation as the check of a rule."""
    return lambda check: Rule(of, title, check, thorough)


def apply(rule: Rule[Subject], subject: Subject) -> Outcome:
    """Apply a rule; an error in its check is a finding, too."""
    texts: list[str] = []
    try:
        texts.extend(rule.check(subject))
    except DynasError as error:
        texts.append(str(error))
    except Exception as error:  # noqa: BLE001 - what is checked may fail in any way
        texts.append(f"Whether {rule.title} cannot be told: {error_text(error)}.")
    findings = [Finding(rule.of, rule.title, text) for text in dict.fromkeys(texts)]
    return Outcome(rule.of, rule.title, findings)


def output_tensors(module: "Callable[..., Any]", inputs: Any) -> "list[Tensor]":
    """All output tensors of a network for a batch of inputs, on the CPU."""
    import torch

    from engine.tasks.inputs import call_network, tensors_in

    with torch.inference_mode():
        return [part.cpu() for part in tensors_in(call_network(module, inputs))]


def equal_tensors(first: "Sequence[Tensor]", second: "Sequence[Tensor]") -> bool:
    """Whether tensors are equal, one by one."""
    import torch

    pairs = zip(first, second, strict=False)
    return len(first) == len(second) and all(torch.equal(a, b) for a, b in pairs)
