"""Multi-objective neural architecture search on weight-sharing super-networks.

>>> from dynas_studio import NAS, NASConfig, plot_front
>>> config = NASConfig(dynas={"num_evals": 12, "population": 4, "workers": 1})
>>> front = NAS(config).search(progress=False)
>>> plot_front(front).write_html("front.html")

Everything that scripts and packages use stands here; `docs/python.md` lists it. A name is imported
when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine import (
        NAS,
        Front,
        NASConfig,
        load_run,
        load_supernet,
        plot_contour,
        plot_correlation,
        plot_distribution,
        plot_front,
        plot_fronts,
        plot_hypervolume,
        plot_hypervolumes,
        plot_importance,
        plot_live_front,
        plot_parallel,
        plot_prediction,
        plot_predictor_quality,
        plot_slice,
        plot_suggestions,
        plot_timeline,
        plot_workers,
    )
    from engine.analysis.comparison.efficiency import sentences as efficiency_sentences
    from engine.analysis.comparison.efficiency import usual_baseline
    from engine.analysis.comparison.growth import grown_series
    from engine.analysis.comparison.series import series_of
    from engine.cluster.base import Cluster, ClusterState, ClusterWorker
    from engine.contracts import Finding, check_cluster, check_evaluator, check_supernet
    from engine.data_dir import DataFolder
    from engine.errors import (
        CancelledError,
        ConfigError,
        DamagedLogError,
        DataError,
        DynasError,
        EvaluationError,
        FigureError,
        FilterError,
        LogError,
        NotAllowedError,
        RunError,
        SpaceError,
        UnusableDataError,
    )
    from engine.evaluation.evaluator import Evaluator, ProcessEvaluator
    from engine.evaluation.job import EvaluationJob
    from engine.evaluation.measurement import Measurement
    from engine.evaluation.record import Evaluation
    from engine.evaluation_settings import EvaluationSettings
    from engine.export.chosen import ChosenSubNetwork, best_subnetwork
    from engine.meters.base import Meter
    from engine.meters.measured_network import MeasuredNetwork
    from engine.meters.own_metrics import OwnMetric, offer_metrics
    from engine.meters.registry import sources as metric_sources
    from engine.metrics import Metric, metric
    from engine.options import Options, option
    from engine.predecessors.dynas import DyNAS
    from engine.predecessors.dynas_config import DyNASConfig
    from engine.predecessors.torchvision_reference import TorchVisionReference
    from engine.python_api.comparing import Comparison, compare
    from engine.python_api.front import Front as ParetoSet
    from engine.python_api.front_evaluation import FrontEvaluation
    from engine.python_api.importing import import_results
    from engine.python_api.measuring import measure
    from engine.python_api.run import Run
    from engine.python_api.run_list import runs
    from engine.runs.history import RunHistory
    from engine.runs.times.time_range import TimeRange
    from engine.space import Config, Gene, Genotypes, IndexedValues, SearchSpace
    from engine.supernets.base import Stage, Supernet
    from engine.supernets.cost_table import count as count_costs
    from engine.supernets.sliced import SlicedSupernet
    from engine.tasks.base import DataNames, Task
    from engine.tasks.elastic_task import ElasticTask
    from engine.tasks.images.metrics import ACC
    from engine.tasks.loaders import LoaderTask
    from engine.training.elastic.fine_tuning_record import FineTuned
    from engine.training.sandwich import train as train_supernet

__all__ = [
    "ACC",
    "NAS",
    "CancelledError",
    "ChosenSubNetwork",
    "Cluster",
    "ClusterState",
    "ClusterWorker",
    "Comparison",
    "Config",
    "ConfigError",
    "DamagedLogError",
    "DataError",
    "DataFolder",
    "DataNames",
    "DyNAS",
    "DyNASConfig",
    "DynasError",
    "ElasticTask",
    "Evaluation",
    "EvaluationError",
    "EvaluationJob",
    "EvaluationSettings",
    "Evaluator",
    "FigureError",
    "FilterError",
    "Finding",
    "FineTuned",
    "Front",
    "FrontEvaluation",
    "Gene",
    "Genotypes",
    "IndexedValues",
    "LoaderTask",
    "LogError",
    "MeasuredNetwork",
    "Measurement",
    "Meter",
    "Metric",
    "NASConfig",
    "NotAllowedError",
    "Options",
    "OwnMetric",
    "ParetoSet",
    "ProcessEvaluator",
    "Run",
    "RunError",
    "RunHistory",
    "SearchSpace",
    "SlicedSupernet",
    "SpaceError",
    "Stage",
    "Supernet",
    "Task",
    "TimeRange",
    "TorchVisionReference",
    "UnusableDataError",
    "__version__",
    "best_subnetwork",
    "check_cluster",
    "check_evaluator",
    "check_supernet",
    "compare",
    "count_costs",
    "efficiency_sentences",
    "grown_series",
    "import_results",
    "load_run",
    "load_supernet",
    "measure",
    "metric",
    "metric_sources",
    "offer_metrics",
    "option",
    "plot_contour",
    "plot_correlation",
    "plot_distribution",
    "plot_front",
    "plot_fronts",
    "plot_hypervolume",
    "plot_hypervolumes",
    "plot_importance",
    "plot_live_front",
    "plot_parallel",
    "plot_prediction",
    "plot_predictor_quality",
    "plot_slice",
    "plot_suggestions",
    "plot_timeline",
    "plot_workers",
    "runs",
    "series_of",
    "train_supernet",
    "usual_baseline",
]

__version__ = "0.1.0"

_NAMES = {
    "engine": "NAS NASConfig Front load_run load_supernet plot_contour plot_correlation "
    "plot_distribution plot_front plot_fronts plot_hypervolume plot_hypervolumes plot_importance "
    "plot_live_front plot_parallel plot_prediction plot_predictor_quality plot_slice "
    "plot_suggestions plot_timeline plot_workers",
    "engine.analysis.comparison.efficiency": "usual_baseline",
    "engine.analysis.comparison.growth": "grown_series",
    "engine.analysis.comparison.series": "series_of",
    "engine.cluster.base": "Cluster ClusterState ClusterWorker",
    "engine.contracts": "Finding check_cluster check_evaluator check_supernet",
    "engine.data_dir": "DataFolder",
    "engine.errors": "CancelledError ConfigError DamagedLogError DataError DynasError "
    "EvaluationError FigureError FilterError LogError NotAllowedError RunError SpaceError "
    "UnusableDataError",
    "engine.evaluation.evaluator": "Evaluator ProcessEvaluator",
    "engine.evaluation.job": "EvaluationJob",
    "engine.evaluation.measurement": "Measurement",
    "engine.evaluation.record": "Evaluation",
    "engine.evaluation_settings": "EvaluationSettings",
    "engine.export.chosen": "ChosenSubNetwork best_subnetwork",
    "engine.meters.base": "Meter",
    "engine.meters.measured_network": "MeasuredNetwork",
    "engine.meters.own_metrics": "OwnMetric offer_metrics",
    "engine.metrics": "Metric metric",
    "engine.options": "Options option",
    "engine.predecessors.dynas": "DyNAS",
    "engine.predecessors.dynas_config": "DyNASConfig",
    "engine.predecessors.torchvision_reference": "TorchVisionReference",
    "engine.python_api.comparing": "Comparison compare",
    "engine.python_api.front_evaluation": "FrontEvaluation",
    "engine.python_api.importing": "import_results",
    "engine.python_api.measuring": "measure",
    "engine.python_api.run": "Run",
    "engine.python_api.run_list": "runs",
    "engine.runs.history": "RunHistory",
    "engine.runs.times.time_range": "TimeRange",
    "engine.space": "Config Gene Genotypes IndexedValues SearchSpace",
    "engine.supernets.base": "Stage Supernet",
    "engine.supernets.sliced": "SlicedSupernet",
    "engine.tasks.base": "Task DataNames",
    "engine.tasks.elastic_task": "ElasticTask",
    "engine.tasks.images.metrics": "ACC",
    "engine.tasks.loaders": "LoaderTask",
    "engine.training.elastic.fine_tuning_record": "FineTuned",
}
_OTHERWISE_CALLED = {
    "ParetoSet": ("engine.python_api.front", "Front"),
    "count_costs": ("engine.supernets.cost_table", "count"),
    "efficiency_sentences": ("engine.analysis.comparison.efficiency", "sentences"),
    "metric_sources": ("engine.meters.registry", "sources"),
    "train_supernet": ("engine.training.sandwich", "train"),
}
_HOMES = {name: (module, name) for module, names in _NAMES.items() for name in names.split()}
_HOMES |= _OTHERWISE_CALLED


def __getattr__(name: str) -> Any:
    """Import what is asked for: a program that needs little does not wait for all of it."""
    if name not in _HOMES:
        raise AttributeError(f"module 'dynas_studio' has no attribute '{name}'")
    module, attribute = _HOMES[name]
    value = globals()[name] = getattr(import_module(module), attribute)
    return value


def __dir__() -> list[str]:
    """What is public, for completion in a notebook."""
    return __all__
