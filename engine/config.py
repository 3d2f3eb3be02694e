"""NASConfig: what to search, for what and how long; in and out of YAML."""

import re
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

import yaml
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

from engine import regular_file, yaml_text
from engine.config_document import NAS, unwrapped
from engine.constraints import Constraint
from engine.errors import ConfigError
from engine.metrics import Metric, metric
from engine.path_text import absolute_path, why_no_path
from engine.quoting import quoted
from engine.setting_errors import Where, sentences
from engine.setting_kinds import of_its_kind
from engine.supernets.base import AccuracySource, EvaluationSettings
from engine.supernets.conditions import TIMED
from engine.supernets.devices import DEVICE, Precision
from engine.supernets.predictor_calibration import Calibration
from engine.supernets.registry import DEFAULT

_LARGEST_FILE = regular_file.MB
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


class _Section(BaseModel):
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
        before = dict(self.__dict__)
        try:
            super().__setattr__(name, value)
        except ValidationError as error:
            # What does not fit with other settings is found when it has been set already.
            self.__dict__.update(before)
            raise ConfigError(sentences(error, type(self))) from None


class SearchSection(_Section):
    """How proposals are found; without a `search_algorithm`, by the default for the objectives.

    With several workers the order in which evaluations end changes what is proposed next.
    `deterministic` plans each cycle when all before it have been measured, so that any number of
    workers gives the same search; workers wait at the end of each cycle.
    """

    search_algorithm: str | None = None
    predictor: Predictor = "gaussian_process"
    seed: int = Field(default=0, ge=0, le=_LARGEST_SEED)
    deterministic: bool = False


class StopSection(_Section):
    """What ends a search before its budget is spent; whichever comes first, None is never.

    `seconds` counts the time the search was running. `hypervolume` is the share of the objectives'
    box to reach, in (0, 1]. `cycles` is how many cycles in a row may pass without a gain of a
    thousandth in hypervolume.
    """

    seconds: float | None = Field(default=None, gt=0)
    hypervolume: float | None = Field(default=None, gt=0, le=1)
    cycles: int | None = Field(default=None, ge=1)


class DynasSection(_Section):
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


class Reading(NamedTuple):
    """A configuration that was read; `notice` says what of the text has no effect, if anything."""

    config: "NASConfig"
    notice: str


class NASConfig(_Section):
    """The configuration of a search; `NASConfig()` is complete.

    `NASConfig(approach="dynas", search_algorithm="nsga2")` and the nested YAML under `nas:` are
    both accepted. Every invalid value raises ConfigError, a sentence for each problem.
    """

    approach: Literal["dynas", "evolutionary", "one_shot", "random", "grid"] = "dynas"
    search: SearchSection = Field(default_factory=SearchSection)
    stop: StopSection = Field(default_factory=StopSection)
    dynas: DynasSection = Field(default_factory=DynasSection)

    def __init__(
        self, /, approach: str = "dynas", search_algorithm: str | None = None, **data: Any
    ) -> None:
        try:
            given = {"approach": approach, "search_algorithm": search_algorithm, **data}
            super().__init__(**_nested(given))
        except ValidationError as error:
            raise ConfigError(sentences(error, type(self))) from None

    @field_validator("approach", mode="before")
    @classmethod
    def _published_name(cls, name: Any) -> Any:
        return "dynas" if name == "linas" else name

    @model_validator(mode="after")
    def _algorithm_fits(self) -> "NASConfig":
        name, count = self.search.search_algorithm, len(self.dynas.metrics)
        if name is not None and name not in algorithms_for(count):
            known = name in _FOR_ONE or name in _FOR_SEVERAL
            what = (
                f"does not search for {count} objective{'s'[: count > 1]}"
                if known
                else "is unknown"
            )
            raise ValueError(
                f"search_algorithm {quoted(name)} {what}; choose from "
                f"{', '.join(algorithms_for(count))}"
            )
        return self

    def with_absolute_paths(self, names: Sequence[str] = PATHS) -> "NASConfig":
        """The same with the paths of those `names` as they are from the working directory."""
        dynas = self.dynas
        given = {name: getattr(dynas, name) for name in names}
        absolute = {name: absolute_path(path) for name, path in given.items() if path}
        return self.model_copy(update={"dynas": dynas.model_copy(update=absolute)})

    def check(self) -> None:
        """Raise ConfigError for what does not fit together after assignments."""
        NASConfig.from_dict(self.to_dict())

    @property
    def search_algorithm(self) -> str:
        """The algorithm that searches: the configured one, or the default for the objectives."""
        return self.search.search_algorithm or algorithms_for(len(self.dynas.metrics))[0]

    @classmethod
    def from_dict(cls, data: Any) -> "NASConfig":
        """The configuration in plain data, with or without the outer `nas` key.

        Warns of the keys of a Neural Compressor file beside `nas`; others raise ConfigError.
        """
        inner, notice = unwrapped(data)
        return _told(Reading(cls._of(inner, lambda path: ""), notice))

    @classmethod
    def from_yaml(cls, text: str) -> "NASConfig":
        """The configuration in a YAML text, as `from_dict`.

        Raises ConfigError that names line and column of what is wrong.
        """
        return _told(cls.read(text))

    @classmethod
    def from_file(cls, path: str | Path) -> "NASConfig":
        """The configuration in a YAML file, as `from_yaml`; the file is only read."""
        return _told(cls.read_file(path))

    @classmethod
    def read(cls, text: str, origin: str = "") -> Reading:
        """The configuration in a YAML text, and a notice in place of a warning.

        `origin` names the text in errors.
        """
        begin = f"{origin}, " if origin else ""
        try:
            document = yaml_text.read(text)
        except yaml_text.YamlError as error:
            what = f"The configuration {origin}".rstrip()
            raise ConfigError(f"{what} cannot be read: {error}.") from None
        inner, notice = unwrapped(document.data, f"{origin}: " if origin else "")
        outer = [NAS] if inner is not document.data else []

        def where(path: Sequence[int | str]) -> str:
            place = f"{begin}{document.place([*outer, *path])}, "
            return place[0].upper() + place[1:] if not begin else place

        return Reading(cls._of(inner, where), notice)

    @classmethod
    def read_file(cls, path: str | Path) -> Reading:
        """The configuration in a YAML file, and a notice in place of a warning."""
        told = quoted(str(path))[1:-1]
        try:
            text = regular_file.read_text(path, _LARGEST_FILE)
        except OSError as error:
            raise ConfigError(
                f"The configuration {told} cannot be read: {error.strerror or error}. Give a YAML "
                "file."
            ) from None
        return cls.read(text, told)

    @classmethod
    def _of(cls, data: dict[str, Any], where: Where) -> "NASConfig":
        made = cls.__new__(cls)
        try:
            BaseModel.__init__(made, **_nested(data))
        except ValidationError as error:
            raise ConfigError(sentences(error, cls, where)) from None
        return made

    def to_dict(self) -> dict[str, Any]:
        """Plain data under the key `nas`; values that are not set are left out.

        None that says something, where the default is something else, stays.
        """
        data = self.model_dump(exclude_none=True)
        if self.dynas.max_failures is None:
            data["dynas"]["max_failures"] = None
        return {"nas": {key: value for key, value in data.items() if value != {}}}

    def to_yaml(self) -> str:
        """The YAML text that `from_yaml` takes back."""
        return str(yaml.safe_dump(self.to_dict(), sort_keys=False))

    @property
    def objectives(self) -> list[Metric]:
        """The metrics that are optimised, in order."""
        return [metric(name) for name in self.dynas.metrics]

    @property
    def settings(self) -> EvaluationSettings:
        """How sub-networks are measured."""
        dynas = self.dynas
        return EvaluationSettings(
            batch_size=dynas.batch_size,
            dataset_path=dynas.dataset_path,
            accuracy_source=dynas.accuracy_source,
            weights_path=dynas.weights_path,
            predictor_path=dynas.predictor_path,
            calibrate=dynas.calibrate,
            calibration=dynas.calibration,
            test_fraction=dynas.test_fraction,
            device=dynas.device,
            precision=dynas.precision,
            latency_batch=dynas.latency_batch,
            threads=dynas.threads,
            latency_table=dynas.latency_table,
        )

    @property
    def constraints(self) -> list[Constraint]:
        """What sub-networks must keep to."""
        return [Constraint.parse(text) for text in self.dynas.constraints]

    @property
    def all_metrics(self) -> list[str]:
        """Objectives, then what is constrained or recorded besides."""
        return self.dynas.all_metrics


def _nested(data: Mapping[str, Any]) -> dict[str, Any]:
    """The settings with `search_algorithm`, which may stand outside, in its section."""
    nested = {name: value for name, value in data.items() if name != "search_algorithm"}
    if (algorithm := data.get("search_algorithm")) is not None:
        search = nested.get("search", {})
        if isinstance(search, Mapping | SearchSection):
            nested["search"] = {**dict(search), "search_algorithm": algorithm}
    return nested


def _told(reading: Reading) -> NASConfig:
    """The configuration, after a warning to the caller of the public method that read it."""
    if reading.notice:
        warnings.warn(reading.notice, UserWarning, stacklevel=3)
    return reading.config
