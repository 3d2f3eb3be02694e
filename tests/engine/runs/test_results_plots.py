"""Programs that name the columns of a published results file by position can plot ours."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from engine.config import NASConfig
from engine.runs.service import RunService
from tests.engine.runs.fakes import InstantEvaluator
from tests.engine.runs.test_service import finished

COLUMNS = {
    "neural_compressor": ["subnetwork", "date", "latency", "macs", "top1"],
    "dynast": ["subnetwork", "date", "params", "latency", "macs", "top1"],
}


@pytest.fixture
def service(tmp_path):
    service = RunService(tmp_path / "data", lambda s, w: InstantEvaluator(s, w, fail_every=5))
    yield service
    service.close()


def table(service, path, name, metrics):
    """The results of a search as a program reads them that knows the order of columns only."""
    search = {
        "metrics": metrics, "record": ["params", "size"], "population": 4, "num_evals": 10,
        "workers": 1, "results_csv_path": str(path), "results_csv_format": name,
    }  # fmt: skip
    history = finished(service, NASConfig(approach="random", dynas=search))
    results = pd.read_csv(path)
    results.columns = COLUMNS[name]
    assert len(results) == sum(e.ok for e in history.evaluations) > 0
    return results


@pytest.mark.parametrize("name", COLUMNS)
@pytest.mark.parametrize(
    "metrics", [["acc", "macs"], ["acc", "lat", "size"], ["acc_int8", "macs"], ["macs", "size"]]
)
def test_every_column_of_numbers_is_numeric_whatever_was_searched(service, tmp_path, name, metrics):
    results = table(service, tmp_path / "results.csv", name, metrics)
    for column in COLUMNS[name][2:]:
        assert pd.api.types.is_numeric_dtype(results[column]), column
    assert (results.macs > 1e6).all()
    assert results.top1.notna().all() == ("acc" in metrics)
    assert (results.latency > 0).all() == ("lat" in metrics)
    assert pd.to_datetime(results.date).is_monotonic_increasing


@pytest.mark.parametrize("name", COLUMNS)
def test_a_scatter_plot_has_a_point_for_each_row_coloured_by_its_number(service, tmp_path, name):
    results = table(service, tmp_path / "results.csv", name, ["acc", "macs"])
    axes = Figure().add_subplot()
    drawn = axes.scatter(
        results["macs"].values, results["top1"].values, c=range(len(results)),
        cmap=mpl.colormaps["viridis_r"], marker="^",
    )  # fmt: skip
    points = np.asarray(drawn.get_offsets())
    assert points.tolist() == results[["macs", "top1"]].to_numpy().tolist()
    assert np.asarray(drawn.get_array()).tolist() == list(range(len(results)))
