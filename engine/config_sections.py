"""The sections of a configuration: their settings, what each can be, and what goes together."""

import re
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
from engine.constraints import Constraint
from engine.devices import DEVICE, Precision
from engine.errors import ConfigError
from engine.evaluation_settings import EvaluationSettings, Plain
from engine.former_options import FORMER, SECTIONS, nested
from engine.meters import registry as meters
from engine.metrics import metric
from engine.path_text import absolute_path, why_no_path
from engine.quoting import quoted
from engine.search_methods import PREDICTORS
from engine.setting_errors import problems
from engine.settings_section import Section
from engine.supernets.registry import DEFAULT

_LONGEST_NAME = 200
_LARGEST_SEED = 2**63 - 1
_MOST_ENTRIES = 100

Name = Annotated[str, Strict()]

PATHS = ("results_csv_path",)
"""The settings of the section `dynas` that are always paths, beside options that are."""

if TYPE_CHECKING:
    PredictorName = str
else:
    PredictorName = Literal[tuple(PREDICTORS)]


class SearchSection(Section):
    """How proposals are found; without a `search_algorithm`, by the default for the objectives.

    With several workers the order in which evaluations end changes what is proposed next.
    `deterministic` plans each cycle when all before it have been measured, so that any number of
    workers gives the same search; workers wait at the end of each cycle.
    """

    search_algorithm: str | None = None
    predictor: PredictorName = next(iter(PREDICTORS))
    seed: int = Field(default=0, ge=0, le=_LARGEST_SEED)
    deterministic: bool = False


class StopSection(Section):
    """What ends a search before its budget is spent; whichever comes first, None is never.

    `seconds` counts the time the search was running. `hypervolume` is the share of the objectives'
    box to reach, in (0, 1]. `cycles` is how many cycles in a row may pass without a gain of a
    thousandth in hypervolume.
    """

    seconds: float | None = Field(default=None, gt=0)
    hypervolume: float | None = Field(default=None, gt=0, le=1)
    cycles: int | None = Field(default=None, ge=1)


class DynasSection(Section):
    """What is searched, measured and spent.

    `metrics` are the objectives, `record` further metrics to keep, `constraints` bounds such as
    `macs <= 300e6` on any metric. DyNAS measures a quarter of `population` as its initial
    sample, and an eighth or more in each cycle. `batch_size` is that of the accuracy measurement.
    `warm_start` is the id of an earlier run, or the path of a results CSV, whose sub-networks
    count as known.

    `supernet_options`, `task_options` and, by the name of the meter, `meter_options` are those that
    the supernet, its task and the meters declare (see `engine.options`). Paths among them are taken
    from the working directory of the process that starts the run, which keeps absolute ones. Names
    of options that stood here before, such as `dataset_path`, are still read, set and given.

    After `max_failures` evaluations in a row that failed the run ends as failed, and so it does
    where nothing of the initial sample succeeded; None for never. An evaluation is given up after
    `evaluation_timeout` seconds; None for 20 times the median of what was measured so far, and at
    least ten minutes, once three evaluations tell.

    `device` (cpu, cuda, cuda:1, mps) and `precision` say where and in which numbers networks run.
    """

    supernet: str = Field(default=DEFAULT, max_length=_LONGEST_NAME)
    metrics: list[Name] = Field(
        default_factory=lambda before: config_options.usual_metrics(
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
    device: str = "cpu"
    precision: Precision = "fp32"
    supernet_options: Plain = Field(default_factory=dict)
    task_options: Plain = Field(default_factory=dict)
    meter_options: dict[str, Plain] = Field(default_factory=dict)

    _idle: frozenset[str] = PrivateAttr(default=frozenset())

    @property
    def idle(self) -> frozenset[str]:
        """Options that were given by former names and that this supernet has not."""
        return self._idle

    def without(self, idle: Iterable[str]) -> "DynasSection":
        """The same section, after it noted those options as `idle`."""
        self._idle = frozenset(idle)
        return self

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """An option by the name that it had here before it was nested."""
            place = FORMER.get(name)
            if place is None:
                return super().__getattr__(name)
            return place.value(self.__dict__)

    def _assign(self, name: str, value: Any) -> None:
        """Set a setting, or an option by the name that it had here before it was nested."""
        place = FORMER.get(name)
        if place is None:
            super()._assign(name, value)
        elif name not in config_options.without_effect(self.supernet, {name: value}):
            section, *_ = place.path
            given = {key: getattr(self, key) for key in SECTIONS.values()}
            with config_options.by_former_names([name]):
                super()._assign(section, nested({**given, name: value}).get(section, {}))

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
        """Everything that is read or written, by where it stands, such as `("warm_start",)`.

        A `warm_start` may name a run as well.
        """
        found = config_options.path_options(self.supernet, self.settings)
        for name in (*PATHS, "warm_start"):
            if text := getattr(self, name):
                found[(name,)] = text
        return found

    def with_absolute_paths(self, leave: Collection[str] = ()) -> "DynasSection":
        """The same with paths as they are from the working directory, but those named `leave`."""
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
    def _empty_meters(cls, given: Any) -> Any:
        if not isinstance(given, Mapping):
            return given
        return {of: {} if options is None else options for of, options in given.items()}

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
        if text is not None and (why := why_no_path(text)):
            raise ValueError(why)
        return text

    @field_validator("device")
    @classmethod
    def _known_device(cls, name: str) -> str:
        if not re.fullmatch(DEVICE, name):
            raise ValueError(
                f"must be cpu, mps, cuda, or one of several such as cuda:1, not {quoted(name)}"
            )
        return name

    @field_validator("constraints")
    @classmethod
    def _readable(cls, texts: list[str]) -> list[str]:
        try:
            return [str(Constraint.parse(text)) for text in texts]
        except ConfigError as error:
            raise ValueError(str(error).removesuffix(".")) from None

    @property
    def all_metrics(self) -> list[str]:
        """Objectives, then what is constrained or recorded besides."""
        constrained = [Constraint.parse(text).metric.name for text in self.constraints]
        return list(dict.fromkeys([*self.metrics, *constrained, *self.record]))

    @model_validator(mode="after")
    def _options_are_known(self) -> "DynasSection":
        """Check options as far as what they belong to is there; leave out those with defaults."""
        found = config_options.unknown_meters(self.meter_options)
        self.__dict__["meter_options"] = {
            of: some for of, some in self.meter_options.items() if some
        }
        for options in config_options.owned(self.supernet, self.settings):
            section, *name = options.setting
            try:
                kept = options.checked()
            except ValidationError as error:
                found += problems(error, lambda path: path)
                continue
            if name:
                meters_kept = {**self.meter_options, name[0]: kept}
                kept = {of: some for of, some in meters_kept.items() if some}
            self.__dict__[section] = kept
        if found:
            raise ValidationError.from_exception_data("options", found)
        return self

    @model_validator(mode="after")
    def _measured_alone(self) -> "DynasSection":
        timed = meters.alone(self.all_metrics, self.settings)
        if timed and self.workers != 1:
            raise ValueError(
                f"{metric(timed[0]).label.lower()} is measured alone on the machine: set workers "
                f"to 1, or leave out '{timed[0]}'"
            )
        return self

    @model_validator(mode="after")
    def _meters_agree(self) -> "DynasSection":
        if found := config_options.disagreements(self.settings):
            raise ValidationError.from_exception_data("options", found)
        return self

    @model_validator(mode="wrap")
    @classmethod
    def _nested(
        cls, data: Any, handler: ModelWrapValidatorHandler["DynasSection"]
    ) -> "DynasSection":
        """Options by their former names put where they stand now; defined last to be outermost."""
        if not isinstance(data, Mapping) or not any(name in FORMER for name in data):
            return handler(data)
        idle = config_options.without_effect(str(data.get("supernet", DEFAULT)), data)
        kept = {key: data[key] for key in data if key not in idle}
        if twice := config_options.given_twice(kept):
            raise ValidationError.from_exception_data("options", twice)
        with config_options.by_former_names([name for name in data if name in FORMER]):
            made = handler(nested(kept))
        return made.without(name for name in idle if data[name] != FORMER[name].default)
