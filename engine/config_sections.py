"""The sections of a configuration: their settings, what each can be, and what goes together."""

import re
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    Strict,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from engine.compat.pydantic import unchanged_by_failure
from engine.constraints import Constraint
from engine.devices import DEVICE, Precision
from engine.errors import ConfigError
from engine.meters.conditions import TIMED
from engine.metrics import metric
from engine.path_text import why_no_path
from engine.quoting import quoted
from engine.setting_errors import sentences
from engine.setting_kinds import of_its_kind
from engine.supernets.base import AccuracySource
from engine.supernets.predictor_calibration import Calibration
from engine.supernets.registry import DEFAULT

_LONGEST_TEXT = 10_000  # characters of any setting; most are bounded more closely
_LONGEST_NAME = 200
_LARGEST_SEED = 2**63 - 1
_MOST_ENTRIES = 100

Name = Annotated[str, Strict()]

_FOR_SEVERAL = ("nsga2", "age", "age2", "unsga3", "nsga3", "ctaea", "moead", "sms", "rnsga2")
_FOR_ONE = ("ga", "cmaes", "de")
PATHS = (
    "results_csv_path",
    "dataset_path",
    "weights_path",
    "predictor_path",
    "calibration_path",
    "latency_table",
)
"""The settings of the section `dynas` that are always paths."""

Predictor = Literal[
    "gaussian_process", "ridge", "svr", "random_forest", "gradient_boosting", "mlp", "auto"
]


def algorithms_for(objectives: int) -> tuple[str, ...]:
    """The search algorithms that fit a number of objectives, the default first."""
    return _FOR_ONE if objectives == 1 else _FOR_SEVERAL


class Section(BaseModel):
    """Settings that are checked when made, and when one of them is set."""

    model_config = ConfigDict(
        extra="forbid",
        validate_assignment=True,
        allow_inf_nan=False,
        str_max_length=_LONGEST_TEXT,
    )

    @field_validator("*", mode="before")
    @classmethod
    def _of_its_kind(cls, value: Any, info: ValidationInfo) -> Any:
        assert info.field_name is not None
        return of_its_kind(cls.model_fields[info.field_name].annotation, value)

    def __setattr__(self, name: str, value: Any) -> None:
        try:
            with unchanged_by_failure(self):
                super().__setattr__(name, value)
        except ValidationError as error:
            raise ConfigError(sentences(error, type(self))) from None


class SearchSection(Section):
    """How proposals are found; without a `search_algorithm`, by the default for the objectives.

    With several workers the order in which evaluations end changes what is proposed next.
    `deterministic` plans each cycle when all before it have been measured, so that any number of
    workers gives the same search; workers wait at the end of each cycle.
    """

    search_algorithm: str | None = None
    predictor: Predictor = "gaussian_process"
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

    `accuracy_source` chooses whether accuracy is measured, on the share `test_fraction` of the
    validation images in `dataset_path`, or read from the supernet's published predictor. What that
    says is brought to the scale of measurements unless `calibrate` is false: by published
    measurements, or by those of the results CSV in `calibration_path`; `calibration` is the line
    that was fitted to it when the run was made. `weights_path` and `predictor_path` name files to
    take in place of the official ones. Relative paths are taken from the working directory of the
    process that starts the run, which keeps them as absolute ones.

    After `max_failures` evaluations in a row that failed the run ends as failed, and so it does
    where nothing of the initial sample succeeded; None for never. An evaluation is given up after
    `evaluation_timeout` seconds; None for 20 times the median of what was measured so far, and at
    least ten minutes, once three evaluations tell.

    `device` (cpu, cuda, cuda:1, mps) and `precision` say where and in which numbers networks are
    run. `latency_batch` is the batch of latency and memory; `threads` are the processor's that
    latency is timed with, all unless they are given. With a `latency_table`, latency is read from
    that file.
    """

    supernet: str = Field(default=DEFAULT, max_length=_LONGEST_NAME)
    metrics: list[Name] = Field(default_factory=lambda: ["acc", "macs"], min_length=1, max_length=4)
    constraints: list[Name] = Field(default_factory=list, max_length=_MOST_ENTRIES)
    record: list[Name] = Field(default_factory=lambda: ["params"], max_length=_MOST_ENTRIES)
    population: int = Field(default=50, ge=2, le=10_000)
    num_evals: int = Field(default=250, ge=1, le=1_000_000)
    workers: int = Field(default=2, ge=1, le=256)
    max_failures: int | None = Field(default=10, ge=1)
    evaluation_timeout: float | None = Field(default=None, gt=0)
    warm_start: str | None = None
    results_csv_path: str | None = None
    dataset_path: str | None = None
    accuracy_source: AccuracySource = "measured"
    weights_path: str | None = None
    predictor_path: str | None = None
    calibrate: bool = True
    calibration_path: str | None = None
    calibration: Calibration | None = None
    test_fraction: float = Field(default=1.0, gt=0, le=1)
    batch_size: int = Field(default=100, ge=1, le=10_000)
    device: str = "cpu"
    precision: Precision = "fp32"
    latency_batch: int = Field(default=1, ge=1, le=10_000)
    threads: int | None = Field(default=None, ge=1, le=1024)
    latency_table: str | None = None

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
    def _latency_alone(self) -> "DynasSection":
        timed = set(TIMED) & set(self.all_metrics)
        if timed and self.latency_table is None and self.workers != 1:
            raise ValueError(
                "latency is timed alone on the machine: set workers to 1, or leave out 'lat'"
            )
        return self

    @model_validator(mode="after")
    def _threads_of_a_processor(self) -> "DynasSection":
        if self.threads is not None and self.device != "cpu":
            raise ValueError(
                f"threads are those of a processor: leave threads out, or set device to cpu "
                f"instead of {self.device}"
            )
        return self
