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
from engine.constraints import Constraint, parse_constraints
from engine.errors import ConfigError
from engine.evaluation_settings import EvaluationSettings, OptionValues
from engine.former_options import FORMER_OPTIONS, SECTIONS, nest_former_options
from engine.meters import registry as meters
from engine.metrics import metric
from engine.path_text import absolute_path, path_problem
from engine.results_formats import RESULTS_FORMATS
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
    ResultsFormatName = str
else:
    PredictorName = Literal[tuple(PREDICTORS)]
    ResultsFormatName = Literal[tuple(RESULTS_FORMATS)]


class SearchSection(Section):
    """How sub-networks are proposed."""

    search_algorithm: str | None = None
    """The evolutionary algorithm; by default one that fits the number of objectives."""
    predictor: PredictorName = next(iter(PREDICTORS))
    """The model that predicts metrics; `auto` takes the best for each by cross-validation."""
    seed: int = Field(default=0, ge=0, le=_LARGEST_SEED)
    """The start of all random numbers of the search."""
    deterministic: bool = False
    """Plan a cycle only when all earlier ones are measured: the search is then the same for any
    number of workers, which wait for each other."""


class StopSection(Section):
    """Rules that end a search before its budget is spent; the first that applies counts."""

    seconds: float | None = Field(default=None, gt=0)
    """Seconds of running time; none for any."""
    hypervolume: float | None = Field(default=None, gt=0, le=1)
    """The share of the reference box to reach; none for any."""
    cycles: int | None = Field(default=None, ge=1)
    """Cycles in a row that each improve the hypervolume by less than a thousandth."""


class DynasSection(Section):
    """The search space, the measurements and the budget.

    Options are declared by the supernet, its task and the meters (see `engine.options`). Relative
    paths are resolved in the working directory of the process that starts the run. Former names of
    options, such as `dataset_path`, still work, also as attributes.
    """

    supernet: str = Field(default=DEFAULT, max_length=_LONGEST_NAME)
    """The name of the supernet that is searched."""
    metrics: list[Name] = Field(
        default_factory=lambda before: config_options.default_metrics(
            before.get("supernet", DEFAULT)
        ),
        min_length=1,
        max_length=4,
    )
    """The objectives; by default the main quality metric of the task, and MACs."""
    constraints: list[Name] = Field(default_factory=list, max_length=_MOST_ENTRIES)
    """Bounds on any metric, such as `macs <= 300e6` or `Latency < 20 ms`."""
    record: list[Name] = Field(default_factory=lambda: ["params"], max_length=_MOST_ENTRIES)
    """Metrics that are recorded, but not optimised."""
    population: int = Field(default=50, ge=2, le=10_000)
    """The size of the cycles: DyNAS measures a quarter first, then an eighth or more at a time."""
    num_evals: int = Field(default=250, ge=1, le=1_000_000)
    """The budget: how many sub-networks are measured."""
    workers: int = Field(default=2, ge=1, le=256)
    """Processes that measure at the same time; 1 where a metric is measured alone, as latency."""
    max_failures: int | None = Field(default=10, ge=1)
    """Failed evaluations in a row after which the run fails; none for never."""
    evaluation_timeout: float | None = Field(default=None, gt=0)
    """Seconds for an evaluation; by default 20 times the median of the others, at least 600."""
    warm_start: str | None = None
    """The id of an earlier run, or a results CSV, whose evaluations the search starts with."""
    results_csv_path: str | None = None
    """A file to which every evaluation is written while the search runs."""
    results_csv_format: ResultsFormatName = next(iter(RESULTS_FORMATS))
    """The columns of that file, as `docs/file-formats.md` describes them."""
    batch_size: int = Field(default=100, ge=1, le=10_000)
    """Inputs in a batch when quality is measured."""
    device: config_options.DeviceSetting = "cpu"
    """Where networks run: `cpu`, `cuda`, one of several such as `cuda:1`, or `mps`."""
    precision: config_options.PrecisionSetting = "fp32"
    """The numbers that networks compute with."""
    supernet_options: OptionValues = Field(default_factory=dict)
    """Options of the supernet."""
    task_options: OptionValues = Field(default_factory=dict)
    """Options of its task, such as the path of the data."""
    meter_options: dict[str, OptionValues] = Field(default_factory=dict)
    """Options of meters, by the name of the meter."""

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
        """Set a setting, or an option by its former name."""
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
        for name in names:
            try:
                metric(name)
            except ConfigError as error:
                raise ValueError(str(error).removesuffix(".")) from None
        if len(set(names)) < len(names):
            raise ValueError("a metric is named twice")
        return names

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
        try:
            constraints = [str(constraint) for constraint in parse_constraints(texts)]
        except ConfigError as error:
            raise ValueError(str(error).removesuffix(".")) from None
        if len(constraints) > _MOST_ENTRIES:
            raise ValueError(f"has {len(constraints):,} constraints, at most {_MOST_ENTRIES} work")
        return constraints

    @property
    def all_metrics(self) -> list[str]:
        """Objectives, then what is constrained or recorded besides."""
        constrained = [Constraint.parse(text).metric.name for text in self.constraints]
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
        exclusive = meters.machine_metrics(self.all_metrics, self.settings)
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
