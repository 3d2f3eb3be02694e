"""The sections of a configuration: their settings and the validation of each."""

import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, PrivateAttr, Strict, ValidationInfo, field_validator, model_validator

from engine import cluster_kinds, config_options, published_names, published_settings
from engine.errors import ConfigError
from engine.evaluation_settings import EvaluationSettings, OptionValues
from engine.former_options import FORMER_OPTIONS
from engine.meters import registry as meters
from engine.metric_section import MOST_ENTRIES, NOTHING, MetricSection
from engine.metrics import find_metric, metric
from engine.path_text import path_problem
from engine.published_settings import IGNORED, MOVED, batch_notice, dotted, ignored_notice
from engine.results_formats import RESULTS_FORMATS, SIX_COLUMNS
from engine.search_section import SearchSection, StopSection
from engine.setting_errors import SettingPath
from engine.settings_section import COMPLETE
from engine.supernets import registry as supernets
from engine.supernets.registry import DEFAULT

_LONGEST_NAME = 200
MOST_REPEATS = 100
MOST_EVALUATIONS = 1_000_000
_COLUMNS = next(iter(RESULTS_FORMATS))
_WORKERS = 2  # if left out, and nothing is measured alone

__all__ = ["PATHS", "DynasSection", "SearchSection", "StopSection"]

Name = Annotated[str, Strict()]

PATHS = ("results_csv_path",)
"""The settings of the section `dynas` that are file paths; options may be file paths as well."""

if TYPE_CHECKING:
    ResultsFormatName = str
else:
    ResultsFormatName = Literal[tuple(RESULTS_FORMATS)]


class DynasSection(MetricSection):
    """The search space, the measurements and the budget.

    Options are declared by the supernet, its task and the meters (see `engine.options`). Relative
    paths are resolved in the working directory of the process that starts the run. Former names of
    options, such as `dataset_path`, still work, also as attributes, and so do the names of
    settings that Neural Compressor and DyNAS-T published.
    """

    other_names = frozenset({*FORMER_OPTIONS, *published_settings.names("dynas")})

    supernet: str = Field(default=DEFAULT, max_length=_LONGEST_NAME)
    """The name of the supernet that is searched."""
    metrics: list[Name] = Field(
        default_factory=lambda: ["acc", "macs"],  # left out, they are those of the supernet
        min_length=1,
        max_length=4,
    )
    """The objectives; by default the main quality metric of the task, and MACs."""
    constraints: list[Name] = Field(default_factory=list, max_length=MOST_ENTRIES)
    """Bounds on any metric, such as `macs <= 300e6` or `Latency < 20 ms`."""
    record: list[Name] = Field(default_factory=lambda: ["params"], max_length=MOST_ENTRIES)
    """Metrics that are recorded, but not optimised."""
    population: int = Field(default=50, ge=2, le=10_000)
    """The size of the cycles: DyNAS measures a quarter first, then an eighth or more at a time."""
    num_evals: int = Field(default=250, ge=1, le=MOST_EVALUATIONS)
    """The budget: how many sub-networks are measured; left out, 250. The approach `computed`
    computes so many; left out, 100,000."""
    workers: int = Field(default=_WORKERS, ge=1, le=100_000)
    """Processes that measure at the same time. Left out, 2, or 1 where a metric is measured alone,
    as latency is; more than 1 is refused there. On a cluster a limit, or left out, all workers."""
    cluster: str | None = Field(default=None, max_length=_LONGEST_NAME)
    """The address of a cluster that measures, such as `tcp://scheduler:8786` for one of Dask."""
    cluster_options: OptionValues = Field(default_factory=dict)
    """Options of the cluster, such as the resources that a measurement takes there."""
    max_failures: int | None = Field(default=10, ge=1)
    """Failed evaluations in a row after which the run fails; none for never."""
    evaluation_timeout: float | None = Field(default=None, gt=0)
    """Seconds for an evaluation; by default 20 times the median of the others, at least 600."""
    warm_start: str | None = None
    """The id of an earlier run, or a results CSV, whose evaluations the search starts with."""
    confirm: int | None = Field(default=None, ge=1, le=MOST_REPEATS)
    """How often the front, and what is within noise of it, is measured again at the end, beside the
    budget; none for never."""
    results_csv_path: str | None = None
    """A file to which every evaluation is written while the search runs."""
    results_csv_format: ResultsFormatName = _COLUMNS
    """The columns of that file, as `docs/file-formats.md` describes them. Left out, they are those
    of `dynast` where objectives have its names, such as `accuracy_top1`."""
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

    _has_evaluation_batch: bool = PrivateAttr(default=False)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """A setting by its published name, or an option by its former name."""
            path = MOVED.get(("dynas", name), ())
            return getattr(self, path[1]) if path[:1] == ("dynas",) else super().__getattr__(name)

    def _target(self, name: str) -> SettingPath:
        path = MOVED.get(("dynas", name), ("dynas", name))
        return path[1:] if path[0] == "dynas" else path

    def _assign(self, name: str, value: Any) -> None:
        """Set a setting, also by its published name; warns of one without effect."""
        path = MOVED.get(("dynas", name), ("dynas", name))
        notice = ""
        if name in type(self).model_fields:
            self.read_changed_lists(but=name)
        if path[0] != "dynas":
            raise ConfigError(
                f"{name}: the section dynas has no such setting. Set {dotted(path)} of "
                "the configuration."
            )
        if name in IGNORED:
            notice = ignored_notice(name, value)
        elif name == "eval_batch_size":
            notice = self._set_evaluation_batch(value)
        elif name == "batch_size" and self._has_evaluation_batch:
            notice = batch_notice(value, self.batch_size)
        elif value is None and path[1] != name:
            self.leave_out(str(path[1]))
        else:
            super()._assign(str(path[1]), value)
        if notice:
            warnings.warn(notice, UserWarning, stacklevel=4)

    def _set_evaluation_batch(self, value: int | None) -> str:
        """Set the batch by its published name, of which None stands for one that is left out."""
        had_one, self._has_evaluation_batch = self._has_evaluation_batch, False
        if value is None:
            if had_one:
                self.leave_out("batch_size")
            return ""
        notice = batch_notice(self._given_batch_size, value)
        super()._assign("batch_size", value)
        self._has_evaluation_batch = True
        return notice

    def read_changed_lists(self, but: str = "") -> None:
        """Read lists of metrics again that were changed in place, and what follows from them."""
        super().read_changed_lists(but)
        self._follow()

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
        paths = super().paths
        for name in (*PATHS, "warm_start"):
            if text := getattr(self, name):
                paths[(name,)] = text
        return paths

    @property
    def worker_limit(self) -> int | None:
        """The largest number of measurements at a time on a cluster; None for no limit."""
        return self.workers if "workers" in self.model_fields_set else None

    @field_validator("cluster")
    @classmethod
    def _is_an_address(cls, address: str | None) -> str | None:
        # Whether something here connects to it is checked when a run starts: a former run stays
        # readable without the package that did.
        if address is not None and (reason := cluster_kinds.syntax_problem(address)):
            raise ValueError(reason)
        return address

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

    @field_validator("warm_start", *PATHS)
    @classmethod
    def _can_be_a_path(cls, text: str | None) -> str | None:
        if text is not None and (reason := path_problem(text)):
            raise ValueError(reason)
        return text

    @model_validator(mode="after")
    def _left_out_follows(self, info: ValidationInfo) -> "DynasSection":
        """Let what is left out follow the other settings; check what is given when all are."""
        if "metrics" not in self.model_fields_set:
            self.__dict__["metrics"] = config_options.default_metrics(self.supernet)
        exclusive = self._follow()
        if info.context is COMPLETE and exclusive and self.workers != 1 and not self.cluster:
            raise ValueError(
                f"{metric(exclusive[0]).label.lower()} is measured alone on the machine: set "
                f"workers to 1, or leave out '{exclusive[0]}'"
            )
        self._note_lists()
        return self

    def _follow(self) -> list[str]:
        """Set workers that are left out; returns the metrics that are measured alone."""
        names = [] if self.metrics_are_of_script else self.all_metrics
        known = [name for name in names if find_metric(name)]
        exclusive = list(meters.machine_metrics(known, self.settings))
        if "workers" not in self.model_fields_set:
            self.__dict__["workers"] = 1 if exclusive else _WORKERS
        self._choose_columns()
        return exclusive

    def note_written(
        self, name: str, value: str | Sequence[str], earlier: Mapping[str, str] = NOTHING
    ) -> None:
        """Note how the entries of a list were written, from which the columns of a file follow."""
        super().note_written(name, value, earlier)
        self._choose_columns()

    def _choose_columns(self) -> None:
        """Set the format of the results file if it is left out.

        Programs that publish `accuracy_top1` write six columns, those that publish `acc` five.
        """
        if "results_csv_format" not in self.model_fields_set:
            is_six = bool(self.results_csv_path) and self.has_published_objectives
            self.__dict__["results_csv_format"] = SIX_COLUMNS if is_six else _COLUMNS
