"""Multi-objective neural architecture search on weight-sharing super-networks.

>>> from engine import NAS, NASConfig, plot_front
>>> config = NASConfig(dynas={"num_evals": 12, "population": 4, "workers": 1})
>>> front = NAS(config).search(progress=False)
>>> plot_front(front).write_html("front.html")
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

# Importing any part of the engine registers the metrics of the built-in tasks and meters.
from engine.tasks.images import metrics as _of_images  # noqa: F401

from engine.meters import metrics as _of_meters  # noqa: F401  # isort: skip

if TYPE_CHECKING:
    from engine.analysis.figures.analysis_plots import (
        plot_contour,
        plot_correlation,
        plot_distribution,
        plot_slice,
        plot_timeline,
    )
    from engine.analysis.figures.comparison_plots import plot_fronts, plot_hypervolumes
    from engine.analysis.figures.plots import (
        plot_front,
        plot_hypervolume,
        plot_importance,
        plot_live_front,
        plot_parallel,
        plot_prediction,
        plot_predictor_quality,
        plot_suggestions,
    )
    from engine.analysis.figures.worker_plots import plot_workers
    from engine.config import NASConfig
    from engine.python_api.front import Front
    from engine.python_api.nas import NAS
    from engine.runs.loading import load_run
    from engine.supernets.registry import load as load_supernet

__all__ = [
    "NAS",
    "Front",
    "NASConfig",
    "load_run",
    "load_supernet",
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
]

_ANALYSIS_PLOTS = "engine.analysis.figures.analysis_plots"
_PLOTS = "engine.analysis.figures.plots"
_COMPARISON_PLOTS = "engine.analysis.figures.comparison_plots"
_LOCATIONS = {
    "NAS": ("engine.python_api.nas", "NAS"),
    "NASConfig": ("engine.config", "NASConfig"),
    "Front": ("engine.python_api.front", "Front"),
    "load_run": ("engine.runs.loading", "load_run"),
    "load_supernet": ("engine.supernets.registry", "load"),
    "plot_contour": (_ANALYSIS_PLOTS, "plot_contour"),
    "plot_correlation": (_ANALYSIS_PLOTS, "plot_correlation"),
    "plot_distribution": (_ANALYSIS_PLOTS, "plot_distribution"),
    "plot_front": (_PLOTS, "plot_front"),
    "plot_fronts": (_COMPARISON_PLOTS, "plot_fronts"),
    "plot_hypervolume": (_PLOTS, "plot_hypervolume"),
    "plot_hypervolumes": (_COMPARISON_PLOTS, "plot_hypervolumes"),
    "plot_importance": (_PLOTS, "plot_importance"),
    "plot_live_front": (_PLOTS, "plot_live_front"),
    "plot_parallel": (_PLOTS, "plot_parallel"),
    "plot_prediction": (_PLOTS, "plot_prediction"),
    "plot_predictor_quality": (_PLOTS, "plot_predictor_quality"),
    "plot_slice": (_ANALYSIS_PLOTS, "plot_slice"),
    "plot_suggestions": (_PLOTS, "plot_suggestions"),
    "plot_timeline": (_ANALYSIS_PLOTS, "plot_timeline"),
    "plot_workers": ("engine.analysis.figures.worker_plots", "plot_workers"),
}


def __getattr__(name: str) -> Any:
    """Import a public name on first use, since worker processes do not need these modules."""
    if name not in _LOCATIONS:
        raise AttributeError(f"module 'engine' has no attribute '{name}'")
    module, attribute = _LOCATIONS[name]
    return getattr(import_module(module), attribute)
