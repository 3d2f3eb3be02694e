"""NASConfig: what to search, for what and how long; in and out of YAML."""

import re
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from engine.constraints import Constraint
from engine.errors import ConfigError
from engine.metrics import Metric, metric
from engine.path_text import why_no_path
from engine.setting_errors import sentences
from engine.supernets.base import AccuracySource, EvaluationSettings
from engine.supernets.conditions import TIMED
from engine.supernets.devices import DEVICE, Precision
from engine.supernets.predictor_calibration import Calibration
from engine.supernets.registry import DEFAULT

_FOR_SEVERAL = ("nsga2", "age", "age2", "unsga3", "nsga3", "ctaea", "moead", "sms", "rnsga2")
_FOR_ONE = ("ga", "cmaes", "de")
Predictor = Literal[
    "gaussian_process", "ridge", "svr", "random_forest", "gradient_boosting", "mlp", "auto"
]


def algorithms_for(objectives: int) -> tuple[str, ...]:
    """The search algorithms that fit a number of objectives, the default first."""
    return _FOR_ONE if objectives == 1 else _FOR_SEVERAL


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", validate_assignment=True)

    def __setattr__(self, name: str, value: Any) -> None:
        try:
            super().__setattr__(name, value)
        except ValidationError as error:
            raise ConfigError(sentences(error, type(self))) from None


class SearchSection(_Section):
    """How proposals are found; without a `search_algorithm`, by the default for the objectives."""

    search_algorithm: str | None = None
    predictor: Predictor = "gaussian_process"
    seed: int = Field(default=0, ge=0)


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
    take in place of the official ones. Relative paths are taken from the working directory.

    `device` (cpu, cuda, cuda:1, mps) and `precision` say where and in which numbers networks are
    run. `latency_batch` is the batch of latency and memory; `threads` are the processor's that
    latency is timed with, all unless they are given. With a `latency_table`, latency is read from
    that file.
    """

    supernet: str = DEFAULT
    metrics: list[str] = Field(default_factory=lambda: ["acc", "macs"], min_length=1, max_length=4)
    constraints: list[str] = Field(default_factory=list)
    record: list[str] = Field(default_factory=lambda: ["params"])
    population: int = Field(default=50, ge=2, le=10_000)
    num_evals: int = Field(default=250, ge=1, le=1_000_000)
    workers: int = Field(default=2, ge=1, le=256)
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

    @field_validator(
        "warm_start",
        "results_csv_path",
        "dataset_path",
        "weights_path",
        "predictor_path",
        "calibration_path",
        "latency_table",
    )
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
                f"must be cpu, mps, cuda, or one of several such as cuda:1, not {name!r}"
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


class NASConfig(_Section):
    """The configuration of a search; `NASConfig()` is complete.

    `NASConfig(approach="dynas", search_algorithm="nsga2")` and the nested YAML under `nas:` are
    both accepted. Every invalid value raises ConfigError, a sentence for each problem.
    """

    approach: Literal["dynas", "evolutionary", "one_shot", "random", "grid"] = "dynas"
    search: SearchSection = Field(default_factory=SearchSection)
    stop: StopSection = Field(default_factory=StopSection)
    dynas: DynasSection = Field(default_factory=DynasSection)

    def __init__(self, approach: str = "dynas", search_algorithm: str | None = None, **data: Any):
        if search_algorithm is not None:
            data["search"] = {**data.get("search", {}), "search_algorithm": search_algorithm}
        try:
            super().__init__(**{"approach": approach, **data})
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
                f"search_algorithm '{name}' {what}; choose from {', '.join(algorithms_for(count))}"
            )
        return self

    def check(self) -> None:
        """Raise ConfigError for what does not fit together after assignments."""
        NASConfig.from_dict(self.to_dict())

    @property
    def search_algorithm(self) -> str:
        """The algorithm that searches: the configured one, or the default for the objectives."""
        return self.search.search_algorithm or algorithms_for(len(self.dynas.metrics))[0]

    @classmethod
    def from_dict(cls, data: Any) -> "NASConfig":
        """The configuration in plain data, with or without the outer `nas` key."""
        inner = data.get("nas", data) if isinstance(data, dict) else data
        if not isinstance(inner, dict):
            raise ConfigError("The configuration must be a mapping with the key 'nas'.")
        return cls(**inner)

    @classmethod
    def from_yaml(cls, text: str) -> "NASConfig":
        """The configuration in a YAML text; raises ConfigError that names the line of an error."""
        try:
            return cls.from_dict(yaml.safe_load(text))
        except yaml.YAMLError as error:
            raise ConfigError(f"The configuration is not valid YAML: {error}") from None

    @classmethod
    def from_file(cls, path: str | Path) -> "NASConfig":
        """The configuration in a YAML file; the file is only read."""
        try:
            return cls.from_yaml(Path(path).read_text())
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"The configuration {path} cannot be read: {error}.") from None

    def to_dict(self) -> dict[str, Any]:
        """Plain data under the key `nas`; values that are not set are left out."""
        data = self.model_dump(exclude_none=True)
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
