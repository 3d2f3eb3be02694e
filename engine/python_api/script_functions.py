"""ScriptFunctions: the functions that a script gives to `NAS`, and what a search makes of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.config import NASConfig
from engine.errors import ConfigError
from engine.meters.own_metrics import MetricFunction, OwnMetric, offer_metrics
from engine.python_api.arguments import checked_function, checked_text, wrong_argument
from engine.python_api.choice_search import ChoiceSearch
from engine.space import Config
from engine.space.choices import Choices
from engine.supernets.choices.trial import TrialFunctions

_FUNCTIONS = ("evaluate", "model_builder", "train_func", "eval_func")


@dataclass
class ScriptFunctions:
    """Metrics of a script's own, or choices with the functions that evaluate them.

    Raises ConfigError for an argument that is not of its kind.
    """

    metrics: Mapping[str, MetricFunction | OwnMetric] = field(default_factory=dict)
    search_space: Choices | None = None
    evaluate: Callable[[Config], Any] | None = None
    model_builder: Callable[[Config], Any] | None = None
    train_func: Callable[[Any], Any] | None = None
    eval_func: Callable[[Any], Any] | None = None

    def __post_init__(self) -> None:
        """Check each argument by itself; `offer` says whether they fit together."""
        if not isinstance(self.metrics, Mapping):
            raise wrong_argument(
                "metrics", "a mapping of names to functions, such as {'f1': f1}", self.metrics
            )
        for name in self.metrics:
            checked_text("a name in metrics", name)
        if self.search_space is not None and not isinstance(self.search_space, Mapping):
            raise wrong_argument(
                "search_space", "a mapping such as {'channels': [16, 32]}, or None",
                self.search_space,
            )  # fmt: skip
        for name in _FUNCTIONS:
            checked_function(name, getattr(self, name))

    def offer(self, config: NASConfig) -> NASConfig:
        """Make them known to this process; returns the configuration of the run.

        It is `config` itself unless choices are searched. Raises ConfigError for what does not fit
        together, EvaluationError if the functions fail for the first config.
        """
        choices = config.search.search_space if self.search_space is None else self.search_space
        functions = TrialFunctions(
            self.evaluate, self.model_builder, self.train_func, self.eval_func
        )
        if choices is not None:
            return ChoiceSearch(choices, functions, self.metrics).offer(config)  # type: ignore[arg-type]  # it is checked
        if functions != TrialFunctions():
            raise ConfigError(
                "The functions evaluate choices, and there are none. Give a search_space such as "
                "{'channels': [16, 32]}, or leave the functions out."
            )
        offer_metrics(self.metrics)
        return config
