"""The registry of search approaches, algorithms and predictors.

Configuration, search, forms and documentation read these entries. `import_path` names the class of
an entry as `module:object`, so that a form can list all entries without importing libraries.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal, Protocol, TypeVar

from engine.basic_settings import APPROACH_BY_ALGORITHM
from engine.quoting import quoted


@dataclass(frozen=True)
class Approach:
    """A search approach, implemented by a `Strategy`.

    `short_label` is for buttons; `description` continues the label. `uses_population` and
    `uses_predictors` say what the approach works with. An `exhaustive` approach measures every
    sub-network. One that `computes` measures nothing, and can only search for what is computed.
    `budget` is the usual number of sub-networks.
    """

    name: str
    label: str
    short_label: str
    description: str
    import_path: str
    uses_population: bool = True
    uses_predictors: bool = False
    exhaustive: bool = False
    computes: bool = False
    budget: int = 250


Initialisation = Literal[
    "population", "directions", "population and directions", "ideal", "best", "numbers"
]
"""What pymoo constructs an algorithm from; see `engine.search.algorithms`."""


@dataclass(frozen=True)
class Algorithm:
    """An evolutionary algorithm of pymoo, for one objective or for two and more."""

    name: str
    label: str
    is_multi_objective: bool
    import_path: str
    initialisation: Initialisation = "population"
    is_real_valued: bool = False
    """Whether it works on real numbers instead of integers."""


@dataclass(frozen=True)
class PredictorKind:
    """A surrogate model of a metric, implemented by a `Predictor`."""

    name: str
    label: str
    import_path: str


class _Named(Protocol):
    @property
    def name(self) -> str: ...


_Entry = TypeVar("_Entry", bound=_Named)


def _by_name(entries: Iterable[_Entry]) -> dict[str, _Entry]:
    return {entry.name: entry for entry in entries}


APPROACHES = _by_name(
    [
        Approach(
            "dynas",
            "DyNAS, with predictors",
            "DyNAS",
            "measures a few sub-networks, learns to predict the objectives from them, searches in "
            "the predictions, measures the best proposals, and goes on so.",
            "engine.search.dynas:Dynas",
            uses_predictors=True,
        ),
        Approach(
            "evolutionary",
            "Evolutionary, on measurements alone",
            "Evolutionary",
            "runs the algorithm on measurements alone.",
            "engine.search.evolutionary:Evolutionary",
        ),
        Approach(
            "one_shot",
            "One shot, predictors that learn once",
            "One shot",
            "measures random sub-networks, learns once, and measures the best it predicts.",
            "engine.search.one_shot:OneShot",
            uses_predictors=True,
        ),
        Approach(
            "random",
            "Random, the baseline",
            "Random",
            "draws sub-networks uniformly.",
            "engine.search.baselines:RandomSearch",
            uses_population=False,
        ),
        Approach(
            "grid",
            "Grid, every sub-network in order",
            "Grid",
            "measures the sub-networks of a small space in the order of its genes.",
            "engine.search.baselines:Grid",
            uses_population=False,
            exhaustive=True,
        ),
        Approach(
            "computed",
            "Computed, without measurements",
            "Computed",
            "computes a hundred thousand sub-networks in seconds, where every objective and limit "
            "can be computed: NSGA-II, then every change of one gene until none improves the "
            "front.",
            "engine.search.computed:ComputedSearch",
            uses_population=False,
            computes=True,
            budget=100_000,
        ),
    ]
)

_MOO, _SOO = "pymoo.algorithms.moo", "pymoo.algorithms.soo.nonconvex"

ALGORITHMS = _by_name(
    [
        Algorithm("nsga2", "NSGA-II", True, f"{_MOO}.nsga2:NSGA2"),
        Algorithm("age", "AGE-MOEA", True, f"{_MOO}.age:AGEMOEA"),
        Algorithm("age2", "AGE-MOEA-II", True, f"{_MOO}.age2:AGEMOEA2"),
        Algorithm(
            "unsga3", "U-NSGA-III", True, f"{_MOO}.unsga3:UNSGA3", "population and directions"
        ),
        Algorithm("nsga3", "NSGA-III", True, f"{_MOO}.nsga3:NSGA3", "population and directions"),
        Algorithm("ctaea", "C-TAEA", True, f"{_MOO}.ctaea:CTAEA", "directions"),
        Algorithm("moead", "MOEA/D", True, f"{_MOO}.moead:ParallelMOEAD", "directions"),
        Algorithm("sms", "SMS-EMOA", True, f"{_MOO}.sms:SMSEMOA"),
        Algorithm("rnsga2", "R-NSGA-II", True, f"{_MOO}.rnsga2:RNSGA2", "ideal"),
        Algorithm("ga", "Genetic algorithm", False, f"{_SOO}.ga:GA"),
        Algorithm("cmaes", "CMA-ES", False, f"{_SOO}.cmaes:CMAES", "best", is_real_valued=True),
        Algorithm(
            "de", "Differential evolution", False, f"{_SOO}.de:DE", "numbers", is_real_valued=True
        ),
    ]
)

_LEARNERS = "engine.predictors"

PREDICTORS = _by_name(
    [
        PredictorKind(
            "gaussian_process",
            "Gaussian process",
            f"{_LEARNERS}.gaussian_process:GaussianProcessPredictor",
        ),
        PredictorKind("ridge", "Ridge regression", f"{_LEARNERS}.ridge:RidgePredictor"),
        PredictorKind(
            "svr",
            "Support vector regression",
            f"{_LEARNERS}.support_vectors:SupportVectorPredictor",
        ),
        PredictorKind(
            "random_forest", "Random forest", f"{_LEARNERS}.ensembles:RandomForestPredictor"
        ),
        PredictorKind(
            "gradient_boosting",
            "Gradient boosting",
            f"{_LEARNERS}.ensembles:GradientBoostingPredictor",
        ),
        PredictorKind("mlp", "Neural network (MLP)", f"{_LEARNERS}.ensembles:MLPPredictor"),
        PredictorKind(
            "auto", "Best in cross-validation", f"{_LEARNERS}.automatic:AutomaticPredictor"
        ),
    ]
)


def algorithms_for(objectives: int) -> tuple[str, ...]:
    """The search algorithms that fit a number of objectives, the default first."""
    return tuple(a.name for a in ALGORITHMS.values() if a.is_multi_objective == (objectives != 1))


def algorithm_problem(name: str, objectives: int, is_complete: bool) -> str:
    """Why the algorithm called `name` cannot be chosen, as a part of a sentence; empty if it can.

    How many objectives there are only matters where the configuration `is_complete`.
    """
    fitting = algorithms_for(objectives)
    if name in fitting or (name in ALGORITHMS and not is_complete):
        return ""
    listed = ", ".join(fitting)
    if name in ALGORITHMS:
        several = f"{objectives} objective{'s'[: objectives > 1]}"
        return f"{quoted(name)} does not search for {several}; choose from {listed}"
    of_basic = ", ".join(APPROACH_BY_ALGORITHM)
    return f"{quoted(name)} is unknown; choose from {listed}, or {of_basic} with the approach basic"


def implementation(entry: Approach | Algorithm | PredictorKind) -> Any:
    """The class behind an entry."""
    module, _, name = entry.import_path.partition(":")
    return getattr(import_module(module), name)
