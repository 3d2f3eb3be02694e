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
