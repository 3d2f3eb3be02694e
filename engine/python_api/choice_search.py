"""Prepares the search of a script's own choices: its supernet, its metrics, its configuration."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine import data_dir, script_objects
from engine.config import NASConfig
from engine.errors import ConfigError, DynasError, SpaceError
from engine.evaluation.subprocess_call import call_in_subprocess
from engine.log.cache import EvaluationCache
from engine.meters import registry as meters
from engine.meters.own_metrics import OwnMetric, identity_of, likeness_of
from engine.metrics import Metric
from engine.python_api.returned_metrics import ReturnedMetrics
from engine.requirements import Progress
from engine.space import Config
from engine.space.choices import Choices, ChoiceSpace, choice_space
from engine.supernets.choices.supernet import ChoiceSupernet
from engine.supernets.choices.trial import PARAMS, TrialFunctions, run_trial

_MAX_OBJECTIVES = 4


@dataclass(frozen=True)
class ChoiceSearch:
    """A search of `choices`, evaluated by `functions`.

    `described` has direction, unit and bounds of metrics that the functions return; it may be
    incomplete.
    """

    choices: Choices
    functions: TrialFunctions
    described: Mapping[str, OwnMetric]

    def offer(self, config: NASConfig) -> NASConfig:
        """Offer the functions to this process; returns the configuration of the run.

        Unless `config` or `described` name the objectives, the functions are called for the first
        config, and every number that they return is an objective. That config is not tried again.

        Raises ConfigError for settings that do not fit, EvaluationError if that call fails.
        """
        self._check_functions()
        space = _space(self.choices)
        config = config.with_choices(self.choices)
        reuse = all(metric.reuse for metric in self.described.values())
        identity = identity_of((self.functions, dict(self.choices)), reuse)
        objectives, values = self._named_objectives(config), dict[str, Any]()
        if not objectives:
            first_config = space.to_config(space.smallest)
            flags = config.search.higher_is_better or ()
            values = _first_values(self.functions, first_config, flags)
            objectives = self._returned_objectives(values)
        has_torch_model = not values or PARAMS in values  # unknown before the first call
        counts_params = self.functions.model_builder is not None and has_torch_model
        returned = ReturnedMetrics.of(config, objectives, counts_params)
        definitions = returned.definitions(
            self.described, config.search.higher_is_better, counts_params
        )
        supernet = ChoiceSupernet(space, definitions, self.functions, identity)
        _offer(supernet, likeness_of((self.functions, dict(self.choices)), reuse))
        run_config = _run_config(config, supernet.name, returned.settings(definitions))
        if values:
            _remember(supernet, run_config, definitions, values)
        return run_config

    def _check_functions(self) -> None:
        functions = self.functions
        if functions.evaluate and functions.of_models:
            raise ConfigError(
                f"NAS has evaluate and {' and '.join(functions.of_models)}. Give one or the other: "
                "evaluate for a whole config, or functions that build, train and evaluate a model."
            )
        is_complete = functions.evaluate or (functions.model_builder and functions.eval_func)
        if not is_complete:
            raise ConfigError(
                "A search_space needs functions that evaluate its choices; the sections train and "
                "evaluation of a Neural Compressor file do not. Give NAS either evaluate, or "
                "model_builder and eval_func, and train_func if models are trained."
            )
        for name, own in self.described.items():
            if not isinstance(own, OwnMetric) or own.function is not None:
                raise ConfigError(
                    f"metrics: '{name}' has a function of a network, and a search of choices has "
                    f"none. Return '{name}' from {functions.evaluator}, and give an OwnMetric "
                    "without a function here."
                )

    def _named_objectives(self, config: NASConfig) -> list[str]:
        if "metrics" in config.dynas.model_fields_set:
            return list(config.dynas.metrics)
        return list(self.described)[:_MAX_OBJECTIVES]

    def _returned_objectives(self, values: Mapping[str, Any]) -> list[str]:
        counted = {PARAMS} if self.functions.model_builder else set()
        objectives = [name for name in values if name not in counted]
        if len(objectives) > _MAX_OBJECTIVES:
            raise ConfigError(
                f"{self.functions.evaluator} returned {len(objectives)} numbers, and a search has "
                f"at most {_MAX_OBJECTIVES} objectives. Name them in dynas.metrics."
            )
        return objectives


def _space(choices: Choices) -> ChoiceSpace:
    try:
        return choice_space(choices)
    except SpaceError as error:
        raise ConfigError(f"search_space: {error}") from None


def _first_values(
    functions: TrialFunctions, config: Config, directions: Sequence[bool]
) -> dict[str, Any]:
    """The numbers that the functions return for one config; they run in a process of their own."""
    content = script_objects.to_content(functions, functions.evaluator)
    try:
        values: dict[str, Any] = call_in_subprocess(
            _try_functions, content, config, directions,
            progress=lambda *state: None, cancelled=threading.Event(),
        )  # fmt: skip
    except DynasError as error:
        raise type(error)(
            f"{error} The config was {config}. It was tried to learn the names of the objectives: "
            "name them in dynas.metrics, and none is tried before the search."
        ) from error
    return values


def _try_functions(
    content: bytes, config: Config, directions: Sequence[bool], progress: Progress
) -> dict[str, Any]:
    functions: TrialFunctions = script_objects.from_content(content, "a function")
    return run_trial(functions, config).values((), directions)


def _offer(supernet: ChoiceSupernet, likeness: str) -> None:
    script_objects.offer("supernet", supernet.name, supernet, identity=likeness)
    for definition in supernet.task.metrics:
        script_objects.withdraw("function", definition.name)
        script_objects.offer("metric", definition.name, definition, identity=definition)


def _run_config(
    config: NASConfig, supernet: str, settings: Mapping[str, Sequence[str]]
) -> NASConfig:
    data = config.to_dict()["nas"]
    for name in ("search_space", "higher_is_better"):
        data["search"].pop(name, None)
    is_given = "workers" in config.dynas.model_fields_set
    workers = config.dynas.workers if is_given else 1  # training uses all cores as it is
    data["dynas"] |= {**settings, "supernet": supernet, "workers": workers}
    return NASConfig.from_dict({"nas": data})


def _remember(
    supernet: ChoiceSupernet, config: NASConfig, definitions: Mapping[Metric, str],
    values: Mapping[str, Any],
) -> None:  # fmt: skip
    """Put valid values of the first config into the evaluation cache."""
    measured = {metric: values.get(name) for metric, name in definitions.items()}
    if any(metric.refusal(value) for metric, value in measured.items()):
        return  # it is tried again, fails, and the log says why
    genotype, settings = supernet.space.smallest, config.settings
    fingerprint = supernet.fingerprint(settings)
    cache = EvaluationCache(data_dir.current().create().evaluations)
    for metric, value in measured.items():
        keys = meters.determinants(metric.name, supernet.name, fingerprint, genotype, settings)
        cache.put(keys, float(value))  # type: ignore[arg-type]  # the metric accepts it
    cache.close()
