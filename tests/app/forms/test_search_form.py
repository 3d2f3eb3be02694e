from types import SimpleNamespace

import pytest

from app.forms.estimate import EstimateInfo, estimate_info, from_runs
from app.forms.field_values import config_data, values_of
from app.forms.search_form import measured
from engine.config import NASConfig
from engine.errors import ConfigError
from engine.metrics import order_metrics
from engine.runs.side_measurements import Estimate
from engine.supernets import registry
from engine.supernets.predictor_calibration import Calibration

OFA = "ofa_mbv3_d234_e346_k357_w1.0"


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"dynas": {"metrics": ["acc", "lat", "macs"], "record": [], "workers": 1}},
        {"approach": "random", "search": {"seed": 7}, "dynas": {"results_csv_path": "a.csv"}},
        {"dynas": {"constraints": ["macs <= 5M", "acc >= 90"], "warm_start": "earlier.csv"}},
        {"search": {"deterministic": True}, "dynas": {"max_failures": None}},
        {"dynas": {"max_failures": 3, "evaluation_timeout": 90}},
        {"dynas": {"dataset_path": "/data", "latency_table": "a.yaml", "threads": 2}},
        {"dynas": {"supernet": OFA, "calibrate": False, "weights_path": "w", "test_fraction": 0.5}},
        {
            "search": {"predictor": "auto"},
            "stop": {"seconds": 90, "hypervolume": 0.4, "cycles": 3},
        },
    ],
)
def test_the_form_and_the_configuration_say_the_same(changes):
    config = NASConfig.from_dict(changes)
    config.search.search_algorithm = config.search_algorithm
    assert NASConfig.from_dict(config_data(values_of(config))) == config


LINE = Calibration(0.9, 5.0, 30, 0.1, 0.9, (70.0, 80.0), (72.0, 84.0), (), "mine.csv", False)
W10 = "ofa_mbv3_d234_e346_k357_w1.0"
PREDICTED = {"supernet": W10, "accuracy_source": "published predictor"}


def test_a_calibration_without_its_file_is_kept_by_the_form():
    config = NASConfig(dynas={**PREDICTED, "calibration": LINE})
    values = values_of(NASConfig.from_yaml(config.to_yaml()))
    found = NASConfig.from_dict(config_data(values)).settings
    assert registry.load(W10).options(found).calibration == LINE


def test_the_form_names_the_algorithm_that_is_used():
    one = NASConfig(dynas={"metrics": ["acc"]})
    assert values_of(one)["algorithm"] == "ga"


def test_what_cannot_be_combined_is_refused_with_a_sentence():
    values = {**values_of(NASConfig()), "record": ["lat"], "workers": 2}
    with pytest.raises(ConfigError, match="set workers to 1"):
        NASConfig.from_dict(config_data(values))


def test_an_objective_is_not_recorded_twice():
    values = {**values_of(NASConfig()), "record": ["acc", "params"]}
    assert config_data(values)["nas"]["dynas"]["record"] == ["params"]


def test_metrics_keep_the_products_order():
    assert order_metrics(["lat", "macs", "acc"]) == ["acc", "macs", "lat"]
    assert measured(["acc", "macs", "params", "lat"]) == ["acc", "lat"]


def test_an_estimate_follows_the_budget_without_a_new_timing():
    timed = Estimate(seconds_per_evaluation=0.9, workers=2, total_seconds=6 + 0.9 * 250 / 2)
    config = NASConfig.from_dict({"dynas": {"num_evals": 50}})
    info = estimate_info(config, timed, timed_evaluations=250)
    assert info.total == pytest.approx(6 + 0.9 * 50 / 2)
    assert info.text == "50 evaluations × 0.9 s on 2 workers"


def test_a_run_that_was_alike_tells_how_long_an_evaluation_takes(history):
    config = NASConfig.from_dict({"dynas": {"num_evals": 100, "workers": 1}})
    info = from_runs(config, [history])
    assert info.seconds == pytest.approx(0.01)
    assert info.total == pytest.approx(6 + 100 * 0.01)


def test_a_run_that_measured_otherwise_tells_nothing(history):
    config = NASConfig.from_dict({"dynas": {"record": ["lat"], "workers": 1}})
    assert from_runs(config, [history]) is None


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0.0002, "1 ms"), (0.024, "24 ms"), (0.94, "0.9 s"), (9.94, "9.9 s"), (75.0, "1 m 15 s")],
)
def test_the_time_of_an_evaluation_is_never_told_as_none(seconds, told):
    assert EstimateInfo(250, 2, seconds, 6.0).text == f"250 evaluations × {told} on 2 workers"


@pytest.mark.parametrize(
    "otherwise",
    [
        {"accuracy_source": "published predictor"},
        {"accuracy_source": "measured", "test_fraction": 0.5},
    ],
)
def test_accuracy_from_elsewhere_tells_nothing_of_how_long_measuring_takes(history, otherwise):
    as_run = {"num_evals": 100, "workers": 1}
    config = NASConfig.from_dict({"dynas": {**as_run, **otherwise, "supernet": OFA}})
    there = SimpleNamespace(
        config=NASConfig.from_dict({"dynas": {**as_run, "supernet": OFA}}),
        evaluations=history.evaluations,
    )
    assert from_runs(there.config, [there]) is not None
    assert from_runs(config, [there]) is None
