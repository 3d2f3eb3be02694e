"""Settings can be assigned in any order; whether they fit each other is checked when all are."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.config import NASConfig
from engine.errors import ConfigError
from engine.overrides import with_assignments

W12 = "ofa_mbv3_d234_e346_k357_w1.2"

_COMPLETE = [
    ("", "approach", "Evolutionary"),
    ("", "seed", 42),
    ("search", "search_algorithm", "unsga3"),
    ("dynas", "supernet", W12),
    ("dynas", "metrics", ["accuracy_top1", "lat", "macs"]),
    ("dynas", "constraints", "lat <= 20"),
    ("dynas", "workers", 1),
    ("dynas", "dataset_path", "/images"),
    ("dynas", "test_fraction", 0.5),
    ("dynas", "supernet_ckpt_path", "/weights.pth"),
    ("dynas", "calibrate", False),
    ("dynas", "threads", 2),
    ("dynas", "latency_runtime", "onnxruntime"),
]
"""Settings of a valid search that fit together, and not each with the defaults of the others."""


def assigned(assignments):
    config = NASConfig()
    for section, name, value in assignments:
        setattr(getattr(config, section) if section else config, name, value)
    return config


@given(st.permutations(_COMPLETE))
@settings(max_examples=150, deadline=None)
def test_any_order_gives_the_same_valid_configuration(assignments):
    config = assigned(assignments)
    config.check()
    assert config == assigned(_COMPLETE)
    assert NASConfig.from_yaml(config.to_yaml()).to_dict() == config.to_dict()


@given(st.permutations(_COMPLETE), st.integers(0, len(_COMPLETE)))
@settings(max_examples=50, deadline=None)
def test_a_contradiction_is_refused_by_the_check_alone(assignments, at):
    assignments = [entry for entry in assignments if entry[1] != "workers"]
    config = assigned([*assignments[:at], ("dynas", "workers", 4), *assignments[at:]])
    with pytest.raises(ConfigError, match="latency is measured alone on the machine: set workers"):
        config.check()


def test_workers_left_out_follow_the_metrics():
    config = NASConfig()
    assert config.dynas.workers == 2
    config.dynas.metrics = ["acc", "lat"]
    assert config.dynas.workers == 1
    config.dynas.latency_table = "/table.yaml"  # nothing is timed
    assert config.dynas.workers == 2
    config.dynas.latency_table = None
    config.dynas.metrics = ["acc", "macs"]
    assert config.dynas.workers == 2


def test_workers_left_out_of_a_file_or_the_assignments_follow_the_metrics():
    assert NASConfig.from_yaml("nas: {dynas: {metrics: [acc, lat]}}").dynas.workers == 1
    assert with_assignments(NASConfig(), ["metrics=[acc, lat]"]).dynas.workers == 1
    with pytest.raises(ConfigError, match="set workers to 1"):
        with_assignments(NASConfig(), ["metrics=[acc, lat]", "workers=4"])


def test_metrics_left_out_follow_the_supernet():
    config = NASConfig()
    config.dynas.supernet = W12
    assert config.dynas.metrics == NASConfig(dynas={"supernet": W12}).dynas.metrics


def test_an_option_waits_for_the_supernet_that_has_it():
    config = NASConfig()
    config.dynas.accuracy_source = "published predictor"
    with pytest.raises(ConfigError, match=r"dynas\.accuracy_source: there are no options"):
        config.check()
    config.dynas.supernet = W12
    assert config.dynas.supernet_options == {"accuracy_source": "published predictor"}
    config.check()
    config.dynas.supernet = NASConfig().dynas.supernet
    config.dynas.accuracy_source = "measured"
    config.check()
    assert config.dynas.waiting_options == {}


def test_a_refused_supernet_leaves_the_waiting_options_as_they_were():
    config = NASConfig()
    config.dynas.test_fraction = 3
    with pytest.raises(ConfigError, match="must be at most 1"):
        config.dynas.supernet = W12
    assert config.dynas.supernet == NASConfig().dynas.supernet
    assert config.dynas.waiting_options == {"test_fraction": 3}


CHOICES = {"depth": [1, 2], "width": [8, 16]}

_BASIC = [
    ("approach", "Basic"),
    ("search_algorithm", "grid"),
    ("search_space", CHOICES),
    ("metrics", ["score", "latency"]),
    ("higher_is_better", [True, False]),
    ("max_trials", 4),
]
"""Settings of a search of choices; the algorithm of `basic` is no algorithm of other approaches."""


@pytest.mark.parametrize("section", ["", "search"])
@given(st.permutations(_BASIC))
@settings(max_examples=60, deadline=None)
def test_basic_and_its_settings_are_assigned_in_any_order(section, assignments):
    config = assigned([("" if n == "approach" else section, n, v) for n, v in assignments])
    at_once = NASConfig(**dict(_BASIC))
    assert config.to_dict() == at_once.to_dict()
    assert config == at_once
    assert (config.approach, config.dynas.num_evals) == ("grid", 4)
    assert config.dynas.metrics == ["score", "latency"]


def test_basic_without_an_algorithm_searches_with_a_model():
    config = NASConfig()
    config.nas.approach = "basic"
    assert config.to_dict() == NASConfig("basic").to_dict()
    config.approach = "basic"
    config.search_algorithm = "random"
    assert config.approach == "random"
    config.approach = "evolutionary"  # whose budget is not that of basic
    assert (config.approach, config.dynas.num_evals) == ("evolutionary", 250)


def test_an_algorithm_of_basic_may_follow_the_constructor_or_a_file():
    for config in (NASConfig("basic", CHOICES), NASConfig.from_yaml("nas: {approach: basic}")):
        config.search_algorithm = "grid"
        assert config.approach == "grid"


def test_an_algorithm_of_basic_alone_is_refused_by_the_check():
    config = NASConfig()
    config.search_algorithm = "grid"
    with pytest.raises(ConfigError, match="search_algorithm 'grid' is unknown; choose from nsga2"):
        config.check()


def test_lists_that_are_changed_in_place_count_as_assigned():
    config = NASConfig()
    config.dynas.metrics.append("latency")
    assert NASConfig.from_yaml(config.to_yaml()).dynas.workers == 1
    config = NASConfig()
    config.dynas.metrics.append("latency")
    config.dynas.record.append("model_size")
    config.dynas.num_evals = 5
    config.check()
    assert config.dynas.metrics == ["acc", "macs", "lat"]
    assert config.dynas.record == ["params", "size"]
    assert config.dynas.workers == 1
    config.dynas.constraints.append("latency <= 20 ms")
    config.dynas.metrics = ["acc", "macs"]
    assert config.dynas.constraints == ["lat <= 20"]
    assert config.dynas.workers == 1


def test_options_that_are_changed_in_place_count_for_workers_left_out():
    config = NASConfig(dynas={"metrics": ["acc", "lat"]})
    config.dynas.meter_options["latency"] = {"table": "/table.yaml"}  # nothing is timed
    assert NASConfig.from_dict(config.to_dict()).dynas.workers == 2


def test_a_list_that_becomes_wrong_in_place_is_refused_by_the_check():
    config = NASConfig()
    config.dynas.metrics.append("acc")
    with pytest.raises(ConfigError, match="metrics: a metric is named twice"):
        config.check()
