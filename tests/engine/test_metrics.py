from dataclasses import replace

import numpy as np
import pytest
import torch

from engine import metrics
from engine.config import NASConfig
from engine.constraints import Constraint
from engine.errors import ConfigError
from engine.metrics import METRICS, Metric
from tests.engine.offered import ENERGY, SURPRISE

OFFERED = "tests.engine.offered"


@pytest.fixture
def installed(install):
    install(metrics={"energy": f"{OFFERED}:ENERGY", "surprise": f"{OFFERED}:SURPRISE"})


def test_without_packages_the_engines_own_metrics_are_all(install):
    install()
    assert metrics.metric_names() == list(METRICS)
    assert metrics.metric("acc") is METRICS["acc"]
    with pytest.raises(ConfigError, match=r"There is no metric 'charm'\. Choose from: acc, "):
        metrics.metric("charm")


@pytest.mark.usefixtures("installed")
def test_what_packages_measure_comes_before_what_anything_costs():
    costs = list(METRICS).index("macs")
    assert metrics.metric_names() == [
        *list(METRICS)[:costs], "surprise", *list(METRICS)[costs:], "energy",
    ]  # fmt: skip
    assert metrics.metric("surprise") is SURPRISE
    assert metrics.order_metrics(["surprise", "lat", "energy", "acc"]) == [
        "acc", "surprise", "lat", "energy",
    ]  # fmt: skip


@pytest.mark.usefixtures("installed")
def test_a_configuration_may_optimise_record_and_constrain_them():
    dynas = {"metrics": ["surprise", "macs"], "record": ["energy"], "constraints": ["energy <= 2"]}
    config = NASConfig.from_yaml(NASConfig(dynas=dynas).to_yaml())
    assert config.objectives == [SURPRISE, METRICS["macs"]]
    assert config.all_metrics == ["surprise", "macs", "energy"]
    assert config.constraints == [Constraint(ENERGY, False, 2.0)]


@pytest.mark.usefixtures("installed")
def test_what_is_counted_exactly_is_a_whole_number_and_other_exact_values_stay_as_they_are():
    assert metrics.exported_value("macs", 12.0) == 12
    assert isinstance(metrics.exported_value("macs", 12.0), int)
    assert metrics.exported_value("energy", 0.125) == 0.125
    assert isinstance(metrics.exported_value("surprise", 3.0), float)


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("gone", "no_such_module:X", "it does not load (ModuleNotFoundError"),
        ("no_metric", f"{OFFERED}:NO_METRIC", "it is of type SimpleNamespace"),
        ("named_otherwise", f"{OFFERED}:NAMED_OTHERWISE", "it calls itself 'energy'"),
        ("acc", f"{OFFERED}:ACC", ""),
        ("upwards", f"{OFFERED}:UPWARDS", "its direction is 'up'"),
    ],
)
def test_a_metric_that_cannot_be_used_says_why_and_harms_no_other(install, name, value, why):
    install(metrics={name: value, "energy": f"{OFFERED}:ENERGY"})
    assert metrics.metric_names() == [*METRICS, "energy"]
    if name in METRICS:
        assert metrics.metric(name) is METRICS[name]
        return
    with pytest.raises(ConfigError) as raised:
        metrics.metric(name)
    assert f"The metric '{name}' of an installed package" in str(raised.value)
    assert why in str(raised.value)
    assert "Repair or uninstall it." in str(raised.value)


def test_a_metric_knows_what_is_better():
    assert METRICS["acc"].sign == -1
    assert ENERGY.sign == 1
    assert ENERGY.computable
    assert isinstance(METRICS["lat"], Metric)


@pytest.mark.parametrize(
    "value", [0, 100, 76.5, np.float32(3.0), np.int64(7), np.array(5.0), torch.tensor(2.5)]
)
def test_a_number_within_the_bounds_can_be_a_value(value):
    assert METRICS["acc"].refusal(value) == ""


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (None, "of type NoneType, which is not a number"),
        ("76", "is '76' of type str, which is not a number"),
        (True, "of type bool, which is not a number"),
        (1 + 2j, "of type complex, which is not a number"),
        (np.complex64(1), "which is not a number"),
        (np.array([1.0, 2.0]), "of type ndarray, which is not a number"),
        (float("nan"), "is nan, which is not a finite number"),
        (float("-inf"), "is -inf, which is not a finite number"),
        (torch.tensor(float("nan")), "which is not a finite number"),
        (-5, "is -5, below the lowest possible value of 0 %"),
        (100.5, "is 100.5, above the highest possible value of 100 %"),
        (1e300, "is 1e+300, beyond 1e+30"),
        pytest.param(10**5000, "digits, beyond 1e+30", id="large whole number"),
        ("x" * 10_000, "x… of type str"),
    ],
)
def test_anything_else_is_refused_with_its_reason(value, why):
    refusal = METRICS["acc"].refusal(value)
    assert why in refusal
    assert len(refusal) < 150


def test_a_metric_without_bounds_takes_every_finite_number_of_a_sane_size():
    free = replace(METRICS["lat"], lowest=None, highest=None)
    assert free.refusal(-1e29) == ""
    assert "beyond 1e+30" in free.refusal(-1e31)


@pytest.mark.parametrize("bounds", [(5.0, 1.0), (float("nan"), None), (None, float("inf"))])
def test_a_metric_of_a_package_whose_bounds_make_no_sense_is_refused(bounds):
    lowest, highest = bounds
    assert "its lowest value is" in metrics.definition_problem(
        "surprise", replace(SURPRISE, lowest=lowest, highest=highest)
    )
