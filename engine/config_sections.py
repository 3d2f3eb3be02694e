"""The sections of a configuration: their settings and the validation of each."""

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import (
    Field,
    ModelWrapValidatorHandler,
    PrivateAttr,
    Strict,
    ValidationError,
    field_validator,
    model_validator,
)

from engine import config_options
from engine.evaluation_settings import EvaluationSettings, OptionValues
from engine.former_options import FORMER_OPTIONS, SECTIONS, nest_former_options
from engine.meters import registry as meters
from engine.metric_settings import (
    checked_constraints,
    checked_names,
    constrained_metrics,
    deferred_names,
)  # fmt: skip
from engine.metrics import find_metric, metric
from engine.path_text import absolute_path, path_problem
from engine.search_choices import SearchChoices
from engine.search_methods import PREDICTORS
from engine.setting_errors import error_details
from engine.settings_section import Section
from engine.supernets.registry import DEFAULT

_LONGEST_NAME = 200
_LARGEST_SEED = 2**63 - 1
_MOST_ENTRIES = 100

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


class DynasSection(Section):
    """The search space, the measurements and the budget.

    `metrics` are the objectives, `record` further metrics to keep, `constraints` bounds such as
    `macs <= 300e6` or `Latency < 20 ms` on any metric, as `engine.bound_text` reads them. DyNAS
    measures a quarter of `population` as its initial sample, and an eighth or more in each cycle.
    `batch_size` is that of the accuracy measurement.
    `warm_start` is the id of an earlier run, or the path of a results CSV, whose evaluations the
    search starts with.

    `supernet_options`, `task_options` and `meter_options` (by the name of the meter) are declared
    by the supernet, its task and the meters (see `engine.options`). Relative paths among them are
    resolved in the working directory of the process that starts the run. Former names of options,
    such as `dataset_path`, still work, also as attributes.

    A run fails after `max_failures` failed evaluations in a row, or if the whole initial sample
    fails; None for never. `evaluation_timeout` is in seconds; None for 20 times the median of the
    evaluations so far, at least ten minutes, once there are three.

    `device` (cpu, cuda, cuda:1, mps) and `precision` are those of the networks.
    """

    supernet: str = Field(default=DEFAULT, max_length=_LONGEST_NAME)
    metrics: list[Name] = Field(
        default_factory=lambda before: config_options.default_metrics(
            before.get("supernet", DEFAULT)
        ),
        min_length=1,
        max_length=4,
    )
    constraints: list[Name] = Field(default_factory=list, max_length=_MOST_ENTRIES)
    record: list[Name] = Field(default_factory=lambda: ["params"], max_length=_MOST_ENTRIES)
    population: int = Field(default=50, ge=2, le=10_000)
    num_evals: int = Field(default=250, ge=1, le=1_000_000)
    workers: int = Field(default=2, ge=1, le=256)
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

    _unused_former_options: frozenset[str] = PrivateAttr(default=frozenset())

    @property
    def unused_former_options(self) -> frozenset[str]:
        """Former names that were given although this supernet has no such option."""
        return self._unused_former_options

    def with_unused_former_options(self, names: Iterable[str]) -> "DynasSection":
        """Set `unused_former_options`; returns the section."""
        self._unused_former_options = frozenset(names)
        return self

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """An option by its former name."""
            option = FORMER_OPTIONS.get(name)
            if option is None:
                return super().__getattr__(name)
            return option.value(self.__dict__)

    def _assign(self, name: str, value: Any) -> None:
        """Set a setting, or an option by its former name; a metric may be unknown as yet."""
        with deferred_names():
            self._assign_option(name, value)

    def _assign_option(self, name: str, value: Any) -> None:
        option = FORMER_OPTIONS.get(name)
        if option is None:
            super()._assign(name, value)
        elif name not in config_options.ineffective_former_options(self.supernet, {name: value}):
            section, *_ = option.path
            options = {key: getattr(self, key) for key in SECTIONS.values()}
            with config_options.former_names_in_errors([name]):
                nested = nest_former_options({**options, name: value})
                super()._assign(section, nested.get(section, {}))

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

    @field_validator("metrics", "record")
    @classmethod
    def _known_and_distinct(cls, names: list[str]) -> list[str]:
        return checked_names(names)

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
    def _readable(cls, texts: list[str]) -> list[str]:
        constraints = checked_constraints(texts)
        if len(constraints) > _MOST_ENTRIES:
            raise ValueError(f"has {len(constraints):,} constraints, at most {_MOST_ENTRIES} work")
        return constraints

    @property
    def all_metrics(self) -> list[str]:
        """Objectives, then what is constrained or recorded besides."""
        constrained = constrained_metrics(self.constraints)
        return list(dict.fromkeys([*self.metrics, *constrained, *self.record]))

    @model_validator(mode="after")
    def _options_are_known(self) -> "DynasSection":
        """Check the options of installed packages; leave out values that equal the default."""
        errors = config_options.unknown_meters(self.meter_options)
        self.__dict__["meter_options"] = _without_empty(self.meter_options)
        for options in config_options.owned_options(self.supernet, self.settings):
            section, *name = options.setting
            try:
                values = options.non_default_values()
            except ValidationError as error:
                errors += error_details(error, lambda path: path)
                continue
            if name:
                values = _without_empty({**self.meter_options, name[0]: values})
            self.__dict__[section] = values
        if errors:
            raise ValidationError.from_exception_data("options", errors)
        return self

    @model_validator(mode="after")
    def _measured_alone(self) -> "DynasSection":
        known = [name for name in self.all_metrics if find_metric(name)]
        exclusive = meters.machine_metrics(known, self.settings)
        if exclusive and self.workers != 1:
            raise ValueError(
                f"{metric(exclusive[0]).label.lower()} is measured alone on the machine: set "
                f"workers to 1, or leave out '{exclusive[0]}'"
            )
        return self

    @model_validator(mode="after")
    def _meters_agree(self) -> "DynasSection":
        if errors := config_options.disagreements(self.settings):
            raise ValidationError.from_exception_data("options", errors)
        return self

    @model_validator(mode="wrap")
    @classmethod
    def _nested(
        cls, data: Any, handler: ModelWrapValidatorHandler["DynasSection"]
    ) -> "DynasSection":
        """Move options with former names to their sections; defined last so that it runs first."""
        if not isinstance(data, Mapping) or not any(name in FORMER_OPTIONS for name in data):
            return handler(data)
        unused_former_options = config_options.ineffective_former_options(
            str(data.get("supernet", DEFAULT)), data
        )
        effective = {key: data[key] for key in data if key not in unused_former_options}
        if errors := config_options.duplicate_options(effective):
            raise ValidationError.from_exception_data("options", errors)
        with config_options.former_names_in_errors(
            [name for name in data if name in FORMER_OPTIONS]
        ):
            section = handler(nest_former_options(effective))
        return section.with_unused_former_options(
            name for name in unused_former_options if data[name] != FORMER_OPTIONS[name].default
        )


def _without_empty(options: Mapping[str, OptionValues]) -> dict[str, OptionValues]:
    return {meter: values for meter, values in options.items() if values}
