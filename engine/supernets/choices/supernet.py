"""ChoiceSupernet: a search space of choices, and the functions of a script that evaluate them."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
import numpy.typing as npt

from engine import devices
from engine.errors import DataError, EvaluationError, SpaceError
from engine.evaluation_settings import EvaluationSettings
from engine.metrics import Metric
from engine.space import Config, Genotypes
from engine.space.choices import ChoiceSpace, choice_space, plain_choices
from engine.supernets.base import Supernet
from engine.supernets.choices.trial import PARAMS, TrialFunctions, run_trial
from engine.tasks.base import DataNames, DataSplit, Inputs, Network, Task

if TYPE_CHECKING:
    from torch import nn

_NO_NETWORK = (
    "This run searched choices of a script: their models are built by the script, and none is "
    "kept. Build the model in your script, from its config."
)
_ELSEWHERE = (
    "It is evaluated by functions of the script that started the search, which this program does "
    "not have. Search in that script."
)


class ChoiceTask(Task):
    """Calls the functions of the script; `returned_names` maps each metric to what they call it."""

    name = "choices"
    data_names = DataNames("evaluation", "evaluations", "the script", "")
    origin = "Measured by functions of the script that started the search."

    def __init__(self, returned_names: Mapping[Metric, str], identity: str) -> None:
        self.metrics = tuple(returned_names)
        self._returned_names = {metric.name: name for metric, name in returned_names.items()}
        self._identity = identity

    def example_inputs(self, count: int, resolution: int | None = None) -> Inputs:
        """Raises EvaluationError: the inputs of the script's models are unknown."""
        raise EvaluationError(
            "A search of choices knows no inputs of its models, which this metric needs. Return "
            "the number from your own function."
        )

    def quality(
        self,
        network: Network,
        part: DataSplit,
        metrics: Sequence[str],
        settings: EvaluationSettings,
        resolution: int | None = None,
    ) -> Mapping[str, float]:
        """What the functions return for the config of `network`, a `ChosenNetwork`."""
        assert isinstance(network, ChosenNetwork)
        trial = run_trial(network.functions, network.config)
        values = trial.values(list(self._returned_names.values()))
        missing = [name for name in metrics if self._returned_names[name] not in values]
        if missing:
            names = ", ".join(self._returned_names[name] for name in missing)
            raise EvaluationError(
                f"{names} is counted on a model of torch, and model_builder returned another "
                "object. Leave it out."
            )
        definitions = {metric.name: metric for metric in self.metrics}
        numbers = {name: values[self._returned_names[name]] for name in metrics}
        return {
            name: trial.number(self._returned_names[name], number, definitions[name])
            for name, number in numbers.items()
        }

    def fingerprint(self, settings: EvaluationSettings) -> str:
        """The identity of the functions, which changes with their code."""
        return self._identity

    def bounds(self, metric: Metric) -> tuple[float | None, float]:
        """Measured, and the best possible value, which may be infinite."""
        best = metric.highest if metric.direction == "max" else metric.lowest
        return None, metric.sign * -np.inf if best is None else best


class ChosenNetwork:
    """A config and the functions that evaluate it; stands where a sub-network does elsewhere."""

    def __init__(self, functions: TrialFunctions, config: Config) -> None:
        self.functions, self.config = functions, config

    def __call__(self, inputs: Inputs) -> NoReturn:
        """Raises EvaluationError: only the functions of the script run the model."""
        raise EvaluationError("A search of choices has no network to run.")


class ChoiceSupernet(Supernet):
    """A search space of choices under a name that follows from its content.

    `returned_names` maps each metric to the name by which the functions return it. Without
    `functions` it can be shown, but not searched. It has no weights, no exact metrics, and no
    networks: the functions keep none.
    """

    no_network_reason = _NO_NETWORK

    def __init__(
        self,
        space: ChoiceSpace,
        returned_names: Mapping[Metric, str],
        functions: TrialFunctions | None = None,
        identity: str = "",
    ) -> None:
        self.space = space
        self._returned_names = dict(returned_names)
        content = json.dumps(self.log_entry()["choices"], sort_keys=True)
        digest = hashlib.sha256(content.encode()).hexdigest()
        self.name = f"choices-{digest[:10]}"
        self.title = f"Choices of {', '.join(space.values)}"
        self.short_title = self.title if len(self.title) <= 30 else f"{len(space.values)} choices"
        self.description = "Any combination of choices, evaluated by functions of a script."
        self.functions, self.identity = functions, identity
        self.task = ChoiceTask(self._returned_names, identity)

    def log_entry(self) -> dict[str, Any]:
        """The choices and the metrics, from which `described_supernet` makes it again."""
        metrics = [{**asdict(m), "returned": name} for m, name in self._returned_names.items()]
        return {"choices": {"space": plain_choices(self._choice_space), "metrics": metrics}}

    @property
    def _choice_space(self) -> ChoiceSpace:
        assert isinstance(self.space, ChoiceSpace)
        return self.space

    @property
    def default_objectives(self) -> list[str]:
        """What the functions return, without the counted parameters."""
        returned = [m.name for m, name in self._returned_names.items() if name != PARAMS]
        return returned or [metric.name for metric in self._returned_names]

    def ready_network(self, config: Config) -> Network:
        """The config with the functions; raises DataError without functions."""
        if self.functions is None:
            raise DataError(f"{self.title}: {_ELSEWHERE}")
        return ChosenNetwork(self.functions, config)

    def extract(self, config: Config, settings: EvaluationSettings) -> "nn.Module":
        """Raises DataError: models are built, trained and dropped by the functions."""
        raise DataError(self.no_network_reason)

    def exact_metrics(self, genotypes: Genotypes) -> Mapping[str, npt.NDArray[np.float64]]:
        """None: every number is returned by the functions."""
        return {}

    def weights_digest(self, settings: EvaluationSettings) -> str:
        """The name: there are no weights."""
        return self.name

    def check_data(self, settings: EvaluationSettings) -> None:
        """Raise DataError if the functions are those of another program."""
        devices.check(settings.device, settings.precision)
        self.options(settings)
        self.task.options(settings)
        if self.functions is None:
            raise DataError(f"{self.title}: {_ELSEWHERE}")


_described: dict[str, ChoiceSupernet] = {}
"""Supernets without functions, from the logs that this process has read."""


def described_supernets() -> Mapping[str, ChoiceSupernet]:
    """Every search space of choices that a log has described, by name."""
    return _described


def describe_supernet(entry: Any) -> None:
    """Make the search space of a run known from the entry `choices` of its log.

    Does nothing for None, the entry of a run of another kind; raises DataError if it is damaged.
    """
    if entry is None:
        return
    try:
        returned_names = {
            Metric(**{key: value for key, value in fields.items() if key != "returned"}): str(
                fields["returned"]
            )
            for fields in entry["metrics"]
        }
        supernet = ChoiceSupernet(choice_space(entry["space"]), returned_names)
    except (AttributeError, LookupError, TypeError, SpaceError) as error:
        raise DataError(f"The choices of the search cannot be read: {error}") from error
    _described.setdefault(supernet.name, supernet)
