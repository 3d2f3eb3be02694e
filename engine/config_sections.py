"""The sections of a configuration: their settings and the validation of each."""

import warnings
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, PrivateAttr, Strict, ValidationInfo, field_validator, model_validator

from engine import config_options, published_names, published_settings
from engine.errors import ConfigError
from engine.evaluation_settings import EvaluationSettings, OptionValues
from engine.former_options import FORMER_OPTIONS
from engine.meters import registry as meters
from engine.metric_settings import checked_constraints, checked_names, constrained_metrics
from engine.metrics import find_metric, metric
from engine.optioned_section import OptionedSection
from engine.path_text import absolute_path, path_problem
from engine.published_settings import IGNORED, MOVED, batch_notice, dotted, ignored_notice
from engine.search_choices import SearchChoices
from engine.search_methods import PREDICTORS
from engine.settings_section import COMPLETE, Section
from engine.supernets import registry as supernets
from engine.supernets.registry import DEFAULT

_LONGEST_NAME = 200
_LARGEST_SEED = 2**63 - 1
_MOST_ENTRIES = 100
_WORKERS = 2  # if left out, and nothing is measured alone

Name = Annotated[str, Strict()]

PATHS = ("results_csv_path",)
"""The settings of the section `dynas` that are file paths; options may be file paths as well."""

if TYPE_CHECKING:
    PredictorName = str
else:
    PredictorName = Literal[tuple(PREDICTORS)]


class SearchSection(Section):
    """How sub-networks are proposed; `search_algorithm` defaults to one that fits the objectives.

    With several workers, the order in which evaluations end influences later proposals. With
    `deterministic`, a cycle is planned after all earlier ones are measured: the search is then the
    same for any number of workers, which wait for each other at the end of each cycle.

    `search_space` maps names to lists of choices, which functions of a script evaluate instead of a
    supernet; `higher_is_better` says for each objective that they return whether more is better.
    """

    search_algorithm: str | None = None
    predictor: PredictorName = next(iter(PREDICTORS))
    seed: int = Field(default=0, ge=0, le=_LARGEST_SEED)
    deterministic: bool = False
    search_space: SearchChoices | None = None
    higher_is_better: list[bool] | None = None


class StopSection(Section):
    """Rules that end a search before its budget is spent. The first that applies counts.

    `seconds` of running time. `hypervolume`: the share of the reference box to reach, in (0, 1].
    `cycles` in a row with less than a thousandth of improvement in hypervolume. None switches a
    rule off.
    """

    seconds: float | None = Field(default=None, gt=0)
    hypervolume: float | None = Field(default=None, gt=0, le=1)
    cycles: int | None = Field(default=None, ge=1)


class DynasSection(OptionedSection):
    """The search space, the measurements and the budget.

    `metrics` are the objectives, `record` further metrics to keep, `constraints` bounds such as
    `macs <= 300e6` or `Latency < 20 ms` on any metric, as `engine.bound_text` reads them. DyNAS
    measures a quarter of `population` as its initial sample, and an eighth or more in each cycle.
    `batch_size` is that of the accuracy measurement. `workers` left out is 1 if a metric is
    measured alone on the machine, otherwise 2.
    `warm_start` is the id of an earlier run, or the path of a results CSV, whose evaluations the
    search starts with.

    `supernet_options`, `task_options` and `meter_options` (by the name of the meter) are declared
    by the supernet, its task and the meters (see `engine.options`). Relative paths among them are
    resolved in the working directory of the process that starts the run. Former names of options,
    such as `dataset_path`, still work, also as attributes, and so do the names of settings that
    Neural Compressor and DyNAS-T published.

    A run fails after `max_failures` failed evaluations in a row, or if the whole initial sample
    fails; None for never. `evaluation_timeout` is in seconds; None for 20 times the median of the
    evaluations so far, at least ten minutes, once there are three.

    `device` (cpu, cuda, cuda:1, mps) and `precision` are those of the networks.
    """

    other_names = frozenset({*FORMER_OPTIONS, *published_settings.names("dynas")})

    supernet: str = Field(default=DEFAULT, max_length=_LONGEST_NAME)
    metrics: list[Name] = Field(
        default_factory=lambda: ["acc", "macs"],  # left out, they are those of the supernet
        min_length=1,
        max_length=4,
    )
    constraints: list[Name] = Field(default_factory=list, max_length=_MOST_ENTRIES)
    record: list[Name] = Field(default_factory=lambda: ["params"], max_length=_MOST_ENTRIES)
    population: int = Field(default=50, ge=2, le=10_000)
    num_evals: int = Field(default=250, ge=1, le=1_000_000)
    workers: int = Field(default=_WORKERS, ge=1, le=256)
    max_failures: int | None = Field(default=10, ge=1)
    evaluation_timeout: float | None = Field(default=None, gt=0)
    warm_start: str | None = None
    results_csv_path: str | None = None
    batch_size: int = Field(default=100, ge=1, le=10_000)
    device: config_options.DeviceSetting = "cpu"
    precision: config_options.PrecisionSetting = "fp32"
    supernet_options: OptionValues = Field(default_factory=dict)
    task_options: OptionValues = Field(default_factory=dict)
    meter_options: dict[str, OptionValues] = Field(default_factory=dict)

    _has_evaluation_batch: bool = PrivateAttr(default=False)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """A setting by its published name, or an option by its former name."""
            path = MOVED.get(("dynas", name), ())
            return getattr(self, path[1]) if path[:1] == ("dynas",) else super().__getattr__(name)

    def _assign(self, name: str, value: Any) -> None:
        """Set a setting, also by its published name; warns of one without effect."""
        path = MOVED.get(("dynas", name), ("dynas", name))
        notice = ""
        if path[0] != "dynas":
            raise ConfigError(
                f"{name}: the section dynas has no such setting. Set {dotted(path)} of "
                "the configuration."
            )
        if name in IGNORED:
            notice = ignored_notice(name, value)
        elif name == "eval_batch_size":
            notice = batch_notice(self._given_batch_size, value)
            super()._assign("batch_size", value)
            self._has_evaluation_batch = True
        elif name == "batch_size" and self._has_evaluation_batch:
            notice = batch_notice(value, self.batch_size)
        else:
            super()._assign(str(path[1]), value)
        if notice:
            warnings.warn(notice, UserWarning, stacklevel=3)

    @property
    def _given_batch_size(self) -> int | None:
        return self.batch_size if "batch_size" in self.model_fields_set else None

    @property
    def settings(self) -> EvaluationSettings:
        """How sub-networks are measured."""
        return EvaluationSettings(
            batch_size=self.batch_size,
            device=self.device,
            precision=self.precision,
            supernet=self.supernet_options,
            task=self.task_options,
            meters=self.meter_options,
        )

    @property
    def paths(self) -> dict[tuple[str, ...], str]:
        """All file paths by the path of their setting, such as `("warm_start",)`.

        A `warm_start` may be the id of a run instead.
        """
        paths = config_options.path_options(self.supernet, self.settings)
        for name in (*PATHS, "warm_start"):
            if text := getattr(self, name):
                paths[(name,)] = text
        return paths

    def with_absolute_paths(self, leave: Collection[str] = ()) -> "DynasSection":
        """A copy with absolute paths, except for the settings in `leave`."""
        data = self.model_dump()
        for (*sections, name), text in self.paths.items():
            section = data
            for step in sections:
                section = section[step]
            if name not in leave:
                section[name] = absolute_path(text)
        return DynasSection.model_validate(data)

    @field_validator("meter_options", mode="before")
    @classmethod
    def _empty_meters(cls, options: Any) -> Any:
        if not isinstance(options, Mapping):
            return options
        return {meter: {} if values is None else values for meter, values in options.items()}

    @field_validator("supernet")
    @classmethod
    def _offered(cls, name: str) -> str:
        reason = published_names.SUPERNETS.get(name)
        if reason and name not in supernets.names():
            raise ValueError(f"{name} is a supernet of Neural Compressor and DyNAS-T: {reason}")
        return name

    @field_validator("metrics", "record")
    @classmethod
    def _known_and_distinct(cls, names: list[str], info: ValidationInfo) -> list[str]:
        return checked_names(names, info.context is COMPLETE)

    @field_validator("warm_start", *PATHS)
    @classmethod
    def _can_be_a_path(cls, text: str | None) -> str | None:
        if text is not None and (reason := path_problem(text)):
            raise ValueError(reason)
        return text

    @field_validator("constraints", mode="before")
    @classmethod
    def _list_of_one(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) and value.strip() else value

    @field_validator("constraints")
    @classmethod
    def _readable(cls, texts: list[str], info: ValidationInfo) -> list[str]:
        constraints = checked_constraints(texts, info.context is COMPLETE)
        if len(constraints) > _MOST_ENTRIES:
            raise ValueError(f"has {len(constraints):,} constraints, at most {_MOST_ENTRIES} work")
        return constraints

    @property
    def all_metrics(self) -> list[str]:
        """Objectives, then what is constrained or recorded besides."""
        constrained = constrained_metrics(self.constraints)
        return list(dict.fromkeys([*self.metrics, *constrained, *self.record]))

    @model_validator(mode="after")
    def _left_out_follows(self, info: ValidationInfo) -> "DynasSection":
        """Let what is left out follow the other settings; check what is given when all are."""
        if "metrics" not in self.model_fields_set:
            self.__dict__["metrics"] = config_options.default_metrics(self.supernet)
        known = [name for name in self.all_metrics if find_metric(name)]
        exclusive = meters.machine_metrics(known, self.settings)
        if "workers" not in self.model_fields_set:
            self.__dict__["workers"] = 1 if exclusive else _WORKERS
        if info.context is COMPLETE and exclusive and self.workers != 1:
            raise ValueError(
                f"{metric(exclusive[0]).label.lower()} is measured alone on the machine: set "
                f"workers to 1, or leave out '{exclusive[0]}'"
            )
        return self
