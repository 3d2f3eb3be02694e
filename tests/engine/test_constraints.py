import math
import time

import numpy as np
import pytest

from engine.config import NASConfig
from engine.constraints import Constraint, missed_constraints, violations
from engine.errors import ConfigError


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("macs <= 300e6", "macs <= 300e6"),
        ("macs<=300M", "macs <= 300e6"),
        ("params ≤ 4_500k", "params <= 4.5e6"),
        (" acc >= 75.5 ", "acc >= 75.5"),
        ("lat <= .5", "lat <= 0.5"),
        ("acc >= -0", "acc >= 0"),
        ("macs <= 123456789012345", "macs <= 123456789012345.0"),
    ],
)
def test_is_written_as_it_is_read(text, written):
    assert str(Constraint.parse(text)) == written
    assert Constraint.parse(written) == Constraint.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "macs",
        "macs < 3",
        "macs <= many",
        "3 >= macs",
        "macs <= 1 2",
        "macs <= 1e999",
        "macs <= 4__5",
        "macs <= _5",
        "macs <= 1e300G",
        "macs <= nan",
        "macs <= inf",
    ],
)
def test_what_is_no_constraint_is_refused_with_an_example(text):
    with pytest.raises(ConfigError, match=r"is not a constraint.*'macs <= 300e6'"):
        Constraint.parse(text)


def test_an_unknown_metric_is_named():
    with pytest.raises(
        ConfigError, match=r"There is no metric 'energy'\. Choose from: acc, acc_top5, macs"
    ):
        Constraint.parse("energy <= 3")


def test_violation_is_a_share_of_the_limit():
    at_most, at_least = Constraint.parse("macs <= 200"), Constraint.parse("acc >= 80")
    assert at_most.violation([100, 200, 300]).tolist() == [0, 0, 0.5]
    assert at_least.violation([[100], [80], [60]]).tolist() == [[0], [0], [0.25]]
    assert Constraint.parse("lat <= 0").violation(2.0) == 2.0


def test_a_value_that_is_not_known_keeps_to_nothing():
    constraint = Constraint.parse("lat <= 20")
    assert violations([constraint], {"acc": 3.0}) == math.inf
    assert missed_constraints([constraint], {}) == [constraint]


def test_violations_add_up():
    constraints = [Constraint.parse("macs <= 100"), Constraint.parse("acc >= 50")]
    values = {"macs": np.array([100, 150, 150]), "acc": np.array([50, 50, 25])}
    assert violations(constraints, values).tolist() == [0, 0.5, 1.0]
    assert violations([], values) == 0


def test_a_configuration_measures_what_it_constrains():
    config = NASConfig(dynas={"constraints": ["lat <= 20"], "workers": 1})
    assert config.all_metrics == ["acc", "macs", "lat", "params"]
    assert NASConfig.from_yaml(config.to_yaml()) == config


def test_a_constraint_on_latency_wants_one_worker():
    with pytest.raises(ConfigError, match="set workers to 1"):
        NASConfig(dynas={"constraints": ["lat <= 20"], "workers": 2})


def test_a_long_text_is_refused_without_being_read():
    began = time.process_time()
    with pytest.raises(ConfigError, match="at most 200 characters, not 8,009") as refused:
        Constraint.parse(f"macs <= {'9' * 8000}x")
    assert time.process_time() - began < 0.1
    assert len(str(refused.value)) < 300
