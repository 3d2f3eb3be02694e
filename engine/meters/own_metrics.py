"""Metrics that functions of the running script measure, without an installed package."""

import copy
import secrets
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from engine import metrics, published_names, script_objects
from engine.code_digest import code_digest, loaded_code_digest
from engine.errors import ConfigError, EvaluationError
from engine.evaluation_settings import EvaluationSettings
from engine.meters.base import Meter
from engine.meters.measured_network import MeasuredNetwork
from engine.metrics import Metric, Source
from engine.quoting import error_text, quoted
from engine.supernets.base import Supernet

if TYPE_CHECKING:
    from torch import nn

MetricFunction = Callable[["nn.Module"], float]
"""Returns a number for a sub-network: a plain module in eval mode, recalibrated, on the device."""


@dataclass(frozen=True)
class OwnMetric:
    """A metric that `function` measures, and how to read its numbers.

    More is better unless `maximize` is False. `lowest` and `highest` are the inclusive bounds of
    possible values; other values make an evaluation fail. Values are reused by later searches while
    the code of the function and the variables that it uses are the same. With `reuse=False` they
    are not, as for a function that reads a file which changes. In a search of choices, whose own
    function returns the number, there is no `function`. Raises ConfigError for a field that is not
    of its type, a text that is too long, and bounds that are no numbers or in the wrong order.

    >>> OwnMetric(lambda network: 0.5, maximize=False, unit="mJ", label="Energy").label
    'Energy'
    """

    function: MetricFunction | None = None
    maximize: bool = True
    unit: str = ""
    label: str = ""
    description: str = ""
    lowest: float | None = None
    highest: float | None = None
    reuse: bool = True

    def __post_init__(self) -> None:
        """Raise ConfigError that names what is wrong."""
        if problem := self._type_problem() or metrics.definition_problem(
            "own", self.definition("own")
        ):
            raise ConfigError(f"This OwnMetric cannot be used: {problem}.")

    def _type_problem(self) -> str:
        fields: Mapping[str, Any] = vars(self)
        if fields["function"] is not None and not callable(fields["function"]):
            return f"its function is {quoted(fields['function'], 60)}, which is no function"
        for name in ("maximize", "reuse"):
            if not isinstance(fields[name], bool | np.bool_):
                return f"its {name} is {quoted(fields[name], 60)}. Give True or False"
        for name in ("unit", "label", "description"):
            if not isinstance(fields[name], str):
                return f"its {name} is {quoted(fields[name], 60)}, which is no text"
        return ""

    def definition(self, name: str, label: str = "") -> Metric:
        """The metric called `name`; `label` is for one that has none."""
        return Metric(
            name,
            self.label or label or name,
            self.unit,
            "max" if self.maximize else "min",
            "measured",
            self.description or "Measured by a function of the script that started the search.",
            highest=self.highest,
            lowest=self.lowest,
        )


@dataclass(frozen=True)
class OfferedFunction:
    """A metric and the function that measures it.

    Equal identities mean equal values; equal likenesses mean that runs of this process may share
    the function.
    """

    definition: Metric
    function: MetricFunction
    identity: str
    likeness: str


def offer_metrics(functions: Mapping[str, MetricFunction | OwnMetric]) -> None:
    """Make metrics that functions of this script measure known to this process.

    `functions` maps names of metrics to functions, or to `OwnMetric`s, which also have a direction,
    a unit and a label. `NAS(config, metrics=…)` does this when the search starts; call it before a
    run is resumed that was started with such metrics.

    Raises ConfigError for a name that is taken or invalid, for something that is no function, and
    for a function that cannot be sent to a worker process.

    >>> offer_metrics({"answer": lambda network: 42.0})
    """
    offers = [_offered_function(name, function) for name, function in functions.items()]
    for offer in offers:
        script_objects.to_content(offer.function, offer.definition.name)
    for offer in offers:
        name = offer.definition.name
        script_objects.offer("function", name, offer, identity=offer.likeness)
        script_objects.offer("metric", name, offer.definition, identity=offer.definition)


def _offered_function(name: str, function: Any) -> OfferedFunction:
    measure = function.function if isinstance(function, OwnMetric) else function
    if not callable(measure):
        raise ConfigError(
            f"The metric {quoted(name, 60)} is {quoted(function, 60)}, which is no function. Give "
            "a function of a network, or an OwnMetric."
        )
    own = function if isinstance(function, OwnMetric) else OwnMetric(measure)
    definition = own.definition(name) if isinstance(name, str) else None
    check_own_name(name, definition)
    assert definition is not None
    if name in published_names.METRICS:
        raise ConfigError(
            f"The metric '{name}' of the script cannot be used: in a configuration this name "
            f"means '{published_names.METRICS[name]}'. Choose another."
        )
    identity, likeness = identity_of(measure, own.reuse), likeness_of(measure, own.reuse)
    return OfferedFunction(definition, measure, identity, likeness)


def identity_of(function: Any, reuse: bool = True) -> str:
    """The digest of a function or of several; where values are not to be reused, a new text."""
    digest = code_digest(function) if reuse else None
    return digest or secrets.token_hex(16)


def likeness_of(function: Any, reuse: bool = True) -> str:
    """As `identity_of`, but also known for code beside the script, as it is in its file now."""
    digest = loaded_code_digest(function) if reuse else None
    return digest or secrets.token_hex(16)


def check_own_name(name: Any, definition: Metric | None) -> None:
    """Raise ConfigError if a metric of a script cannot be called `name`, or is not well defined."""
    if definition is None:
        problem = "its name is no text"
    elif name in metrics.installed_names():
        problem = "an installed package has a metric of that name"
    else:
        problem = metrics.definition_problem(name, definition)
    if problem:
        raise ConfigError(f"The metric {quoted(name, 60)} of the script cannot be used: {problem}.")


class OwnMeter(Meter):
    """Calls the functions of the running script that were offered by `offer_metrics`.

    Each function gets a network of its own, so that it may change it.
    """

    name = "script"
    label = "Functions of the script"
    depends_on = frozenset({"weights", "data", "precision", "device"})

    @property
    def metrics(self) -> tuple[Metric, ...]:  # type: ignore[override]  # they come and go
        """The metrics of all functions that are offered now."""
        return tuple(offer.definition for offer in _offered().values())

    def sources(self, supernet: Supernet, settings: EvaluationSettings) -> Mapping[str, Source]:
        """All of its metrics are measured, except where the supernet's task has the name."""
        qualities = {quality.name for quality in supernet.task.metrics}
        return {name: "measured" for name in _offered() if name not in qualities}

    def determinants(self, metric: str, settings: EvaluationSettings) -> Mapping[str, Any]:
        """The identity of the function, which changes with its code."""
        return {"function": _offered()[metric].identity}

    def measure(self, subject: MeasuredNetwork, metrics: Sequence[str]) -> Mapping[str, float]:
        """The values of the functions; raises EvaluationError for one that fails."""
        network = subject.supernet.subnetwork(subject.config, subject.settings)
        offers = [_offered()[name] for name in metrics]
        return {
            offer.definition.name: _value(offer, copy.deepcopy(network) if offers[1:] else network)
            for offer in offers
        }


def _offered() -> Mapping[str, OfferedFunction]:
    return script_objects.offered("function")


def _value(offer: OfferedFunction, network: "nn.Module") -> Any:
    name = offer.definition.name
    try:
        value = offer.function(network)
    except (Exception, SystemExit) as error:  # a script may fail in any way
        traceback.print_exc()
        raise EvaluationError(
            f"The function of the metric '{name}' fails: {error_text(error)}."
        ) from error
    if problem := offer.definition.refusal(value):
        raise EvaluationError(
            f"The function of the metric '{name}' returned a value that {problem}."
        )
    return value
