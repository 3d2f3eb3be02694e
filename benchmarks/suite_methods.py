"""The methods that the suite compares: approaches of the engine, and optimizers of other libraries.

A method gets the problem that the engine's approaches get: the space, the objectives and the
metrics that can be computed. It proposes one sub-network at a time and is told its evaluation.
"""

import hashlib
from collections.abc import Callable, Sequence
from importlib import import_module, util
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Protocol

import engine
from engine.evaluation.record import Evaluation
from engine.search.approaches import APPROACHES
from engine.search.problem import Problem
from engine.search.strategy import Proposal, Strategy

REQUIREMENTS = Path(__file__).parent / "requirements-peers.txt"


class Optimizer(Protocol):
    """Proposes sub-networks and learns from their evaluations."""

    def ask(self) -> Proposal | None:
        """The next sub-network to evaluate; None if there is none."""
        ...

    def tell(self, evaluation: Evaluation) -> None:
        """Learn from the evaluation of the last proposal."""
        ...


MakeOptimizer = Callable[[Problem, int, int, int], Optimizer]
"""Makes an optimizer for a problem, with a population, a budget and a seed."""

PEERS = {
    "tpe": ("benchmarks.optuna_peers:Tpe", ("optuna",)),
    "gp_sampler": ("benchmarks.optuna_peers:GaussianProcess", ("optuna",)),
    "botorch": ("benchmarks.botorch_peer:LogNoisyHypervolume", ("botorch", "gpytorch")),
}
"""The class of each method of another library, and the packages it needs."""

METHODS = ("dynas", "one_shot", "evolutionary", "random", *PEERS)

LABELS = {
    "dynas": "DyNAS Studio",
    "one_shot": "one shot",
    "evolutionary": "evolutionary (NSGA-II)",
    "random": "random search",
    "tpe": "Optuna TPE",
    "gp_sampler": "Optuna GPSampler",
    "botorch": "BoTorch qLogNEHVI",
}


class EngineSearch:
    """A strategy of the engine that measures one sub-network at a time."""

    def __init__(self, strategy: Strategy) -> None:
        self._strategy = strategy

    def ask(self) -> Proposal | None:
        """The next proposal of the strategy; None when its budget or its space is used up."""
        return next(iter(self._strategy.ask(1)), None)

    def tell(self, evaluation: Evaluation) -> None:
        """Report the evaluation."""
        self._strategy.tell([evaluation])


def problem_with(name: str) -> str:
    """Why a method cannot run, as a sentence; empty if it can."""
    if ":" in name:
        module, _, attribute = name.partition(":")
        try:
            getattr(import_module(module), attribute)
        except (ImportError, AttributeError) as error:
            return f"The strategy '{name}' cannot be imported: {error}. Give module:class."
        return ""
    if name not in METHODS:
        return (
            f"There is no method '{name}'. Choose from {', '.join(METHODS)}, or give a strategy "
            "as module:class."
        )
    wrong = [text for package in _packages(name) if (text := _installation_problem(package))]
    if wrong:
        return (
            f"The method '{name}' needs {' and '.join(wrong)}. Run pip install -r "
            f"benchmarks/{REQUIREMENTS.name}, or leave the method out."
        )
    return ""


def _installation_problem(package: str) -> str:
    """The required version of a package, and that which is installed; empty if they are equal."""
    required = _required_version(package)
    try:
        installed = version(package)
    except PackageNotFoundError:
        return f"{package} {required} (not installed)"
    return "" if installed == required else f"{package} {required} ({installed} is installed)"


def _required_version(package: str) -> str:
    (pin,) = (line for line in REQUIREMENTS.read_text().split() if line.startswith(f"{package}=="))
    return pin.partition("==")[2]


def optimizer(name: str, problem: Problem, population: int, budget: int, seed: int) -> Optimizer:
    """The method called `name`, which has no `problem_with` it."""
    if name in PEERS:
        make: MakeOptimizer = _imported(PEERS[name][0])
        return make(problem, population, budget, seed)
    strategy = _imported(name) if ":" in name else APPROACHES[name]
    return EngineSearch(strategy(problem, population, budget, seed))


def source_digest(name: str) -> str:
    """Another text if the method may compute something else: its sources, or versions, changed."""
    digest = hashlib.sha256()
    for path in _sources(name):
        digest.update(path.name.encode() + path.read_bytes())
    for package in _packages(name):
        digest.update(f"{package} {_required_version(package)}".encode())
    return digest.hexdigest()[:12]


def _packages(name: str) -> Sequence[str]:
    return PEERS[name][1] if name in PEERS else ()


def _sources(name: str) -> list[Path]:
    """The files that decide what a method proposes."""
    if name in PEERS:
        return [_module_file(PEERS[name][0])]
    folder = Path(engine.__file__).parent
    files = [f for part in ("search", "predictors") for f in sorted((folder / part).glob("*.py"))]
    return [*files, _module_file(name)] if ":" in name else files


def _module_file(name: str) -> Path:
    spec = util.find_spec(name.partition(":")[0])
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin)


def _imported(name: str) -> Any:
    module, _, attribute = name.partition(":")
    return getattr(import_module(module), attribute)
