import pytest

from app.forms.estimate import estimate_text
from app.forms.field_values import config_data, form_values
from engine.config import NASConfig
from engine.errors import ConfigError
from engine.metrics import order_metrics
from engine.supernets import registry
from engine.supernets.predictor_calibration import Calibration

OFA = "ofa_mbv3_d234_e346_k357_w1.0"


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"dynas": {"metrics": ["acc", "lat", "macs"], "record": [], "workers": 1}},
        {"approach": "random", "search": {"seed": 7}, "dynas": {"results_csv_path": "a.csv"}},
        {"dynas": {"results_csv_path": "a.csv", "results_csv_format": "dynast"}},
        {"dynas": {"constraints": ["macs <= 5M", "acc >= 90"], "warm_start": "earlier.csv"}},
        {"search": {"deterministic": True}, "dynas": {"max_failures": None}},
        {"dynas": {"max_failures": 3, "evaluation_timeout": 90}},
        {"dynas": {"confirm": 3}},
        {"dynas": {"dataset_path": "/data", "latency_table": "a.yaml", "threads": 2}},
        {"dynas": {"supernet": OFA, "calibrate": False, "weights_path": "w", "test_fraction": 0.5}},
        {
            "search": {"predictor": "auto"},
            "stop": {"seconds": 90, "hypervolume": 0.4, "cycles": 3},
        },
    ],
)
def test_form_values_convert_to_the_same_configuration(changes):
    config = NASConfig.from_dict(changes)
    config.search.search_algorithm = config.search_algorithm
    assert NASConfig.from_dict(config_data(form_values(config))) == config


LINE = Calibration(0.9, 5.0, 30, 0.1, 0.9, (70.0, 80.0), (72.0, 84.0), (), "mine.csv", False)
W10 = "ofa_mbv3_d234_e346_k357_w1.0"
PREDICTED = {"supernet": W10, "accuracy_source": "published predictor"}


def test_a_calibration_without_its_file_is_kept_by_the_form():
    config = NASConfig(dynas={**PREDICTED, "calibration": LINE})
    values = form_values(NASConfig.from_yaml(config.to_yaml()))
    settings = NASConfig.from_dict(config_data(values)).settings
    assert registry.load(W10).options(settings).calibration == LINE


def test_the_form_names_the_algorithm_that_is_used():
    config = NASConfig(dynas={"metrics": ["acc"]})
    assert form_values(config)["algorithm"] == "ga"


def test_contradictory_settings_are_refused_with_a_sentence():
    values = {**form_values(NASConfig()), "record": ["lat"], "workers": 2}
    with pytest.raises(ConfigError, match="set workers to 1"):
        NASConfig.from_dict(config_data(values))


def test_an_objective_is_not_recorded_twice():
    values = {**form_values(NASConfig()), "record": ["acc", "params"]}
    assert config_data(values)["nas"]["dynas"]["record"] == ["params"]


def test_metrics_keep_the_products_order():
    assert order_metrics(["lat", "macs", "acc"]) == ["acc", "macs", "lat"]


def test_an_estimate_says_what_is_estimated():
    config = NASConfig.from_dict({"dynas": {"num_evals": 50}})
    assert estimate_text(config, 2) == "50 evaluations on 2 workers"
    assert estimate_text(config, 1) == "50 evaluations on 1 worker"
