"""Quality, latency and size in int8: of one quantised network, for every task."""

from dataclasses import replace

import pytest
import torch
from torch import nn

from engine import devices
from engine.config import NASConfig
from engine.errors import ConfigError
from engine.evaluation_settings import EvaluationSettings
from engine.meters import pipeline, quantized_network, registry
from engine.meters.conditions import describe_quality_conditions
from engine.meters.measured_network import MeasuredNetwork
from engine.meters.quantized_network import QuantizedNetwork, calibration_inputs
from engine.metrics import METRICS, Metric, metric, order_metrics
from engine.notes import collect_notes
from engine.runtimes import packages
from engine.runtimes.registry import find_runtime
from engine.space import Gene, SearchSpace
from engine.supernets.base import Supernet
from engine.supernets.registry import DEFAULT, load
from engine.tasks.loaders import LoaderTask
from tests.engine.export.bundle.bundles import EXAMPLES

CPU = EvaluationSettings()
ERROR = Metric("error", "Error", "", "min", "measured", "Mean square.", lowest=0.0)


def _batches(seed, count=2):
    def load():
        generator = torch.Generator().manual_seed(seed)
        for _ in range(count):
            yield torch.randn(30, 3, generator=generator), torch.zeros(30, 1)

    return load


class Rows(Supernet):
    """Two layers; the wider, the more numbers."""

    name, title = "rows", "Rows"
    space = SearchSpace((Gene("w", (8, 64)),))

    def __init__(self, calibration=True):
        self.task = LoaderTask(
            (ERROR,),
            lambda outputs, targets: {"error": float((torch.cat(outputs) ** 2).mean())},
            lambda count: torch.ones(count, 3),
            _batches(0),
            _batches(1),
            _batches(2, 30) if calibration else None,
        )

    def extract(self, config, settings):
        width = config["w"][0]
        torch.manual_seed(width)
        layers = nn.Linear(3, width), nn.BatchNorm1d(width), nn.ReLU(), nn.Linear(width, 1)
        return nn.Sequential(*layers)


def _measure(*names, supernet=None, settings=CPU):
    return pipeline.measure(supernet or Rows(), {"w": [64]}, names, settings)


@pytest.mark.usefixtures("brief_timing")
def test_one_quantised_network_has_a_quality_a_latency_and_a_size(monkeypatch):
    quantised = []
    quantize = quantized_network.quantize

    def counted(*arguments):
        quantised.append(quantize(*arguments))
        return quantised[-1]

    monkeypatch.setattr(quantized_network, "quantize", counted)
    names = ("error", "test_error", "error_int8", "test_error_int8", "lat_int8", "size_int8")
    with collect_notes() as notes:
        values = _measure(*names)
    assert set(values) == set(names)
    assert describe_quality_conditions({"int8_runtime": notes.quality["int8_runtime"]}) == (
        f"ONNX Runtime {find_runtime('onnxruntime').version} (int8)"
    )
    for exact, in_int8 in (("error", "error_int8"), ("test_error", "test_error_int8")):
        assert values[in_int8] != values[exact]
        assert values[in_int8] == pytest.approx(values[exact], rel=0.05)
    (model,) = quantised
    assert values["size_int8"] == len(model.content) / 1e6
    assert values["lat_int8"] > 0


def test_a_task_without_calibration_data_has_its_first_validation_inputs(monkeypatch):
    monkeypatch.setattr(quantized_network, "INT8_CALIBRATION_INPUTS", 40)
    of_validation = calibration_inputs(MeasuredNetwork(Rows(False), {"w": [8]}, CPU))
    of_calibration = calibration_inputs(MeasuredNetwork(Rows(), {"w": [8]}, CPU))
    for parts, seed in ((of_validation, 0), (of_calibration, 2)):
        expected = torch.cat([inputs for inputs, _ in _batches(seed)()])
        assert torch.equal(torch.cat(parts), expected)


@pytest.mark.skipif(not devices.computes_in_bf16("cpu"), reason="no bf16 on this processor")
def test_a_search_in_bf16_quantises_the_same_network():
    models = [
        QuantizedNetwork(MeasuredNetwork(Rows(), {"w": [8]}, settings)).model.content
        for settings in (CPU, replace(CPU, precision="bf16"))
    ]
    assert models[0] == models[1]


def test_metrics_in_int8_stand_with_those_they_are_of():
    supernet = load(DEFAULT)
    available = registry.sources(supernet, CPU)
    assert {available[name] for name in ("acc_int8", "lat_int8", "size_int8")} == {"measured"}
    assert "acc_top5_int8" not in available  # as acc_top5
    assert order_metrics(["macs", "acc_int8", "acc"]) == ["acc", "acc_int8", "macs"]
    in_int8 = METRICS["acc_int8"]
    assert in_int8.label == "Top-1 accuracy in int8"
    assert (in_int8.unit, in_int8.direction, in_int8.highest) == ("%", "max", 100.0)
    assert registry.meter_of("test_acc_int8") is registry.meter_of("lat_int8") is registry.INT8


def test_qualities_of_packages_are_measured_in_int8_as_well(install, monkeypatch):
    monkeypatch.syspath_prepend(str(EXAMPLES / "tabular_supernet"))
    install(supernets={"tabular_perceptron": "tabular_supernet.supernet:TabularSupernet"})
    supernet, config = load("tabular_perceptron"), NASConfig(
        dynas={"supernet": "tabular_perceptron", "metrics": ["log_loss_int8", "macs"]}
    )  # fmt: skip
    assert metric("log_loss_int8").label == f"{metric('log_loss').label} in int8"
    assert registry.meter_of("log_loss_int8") is registry.INT8
    network = supernet.space.to_config(supernet.space.smallest)
    values = pipeline.measure(supernet, network, ["log_loss", "log_loss_int8"], config.settings)
    assert values["log_loss_int8"] == pytest.approx(values["log_loss"], abs=0.02)


def test_a_metric_that_a_task_itself_calls_so_is_its_own():
    supernet = Rows()
    own = replace(ERROR, name="error_int8", description="Of its own.")
    supernet.task.metrics = (ERROR, own)
    assert "error_int8" not in registry.INT8.sources(supernet, CPU)
    supernet.task._score = lambda outputs, targets: {"error": 1.0, "error_int8": 7.0}
    assert _measure("error_int8", supernet=supernet) == {"error_int8": 7.0}


def test_only_latency_depends_on_the_machine_and_all_on_the_runtime():
    machine = EvaluationSettings(meters={"latency": {"batch": 3, "threads": 1}})
    facts = {
        name: registry.determinants(name, DEFAULT, "digest", [0], machine)
        for name in ("acc_int8", "lat_int8", "size_int8")
    }
    version = f"onnxruntime {find_runtime('onnxruntime').version}"
    assert {entry["int8_runtime"] for entry in facts.values()} == {version}
    assert {entry["fingerprint"] for entry in facts.values()} == {"digest"}
    assert [name for name, entry in facts.items() if "machine" in entry] == ["lat_int8"]
    assert (facts["lat_int8"]["batch"], facts["lat_int8"]["threads"]) == (3, 1)
    assert not registry.is_machine_specific("acc_int8")
    assert registry.is_machine_specific("lat_int8")


def test_refusals_say_what_to_do(monkeypatch):
    supernet = load("ofa_resnet50")
    predicted = EvaluationSettings(supernet=supernet.options_for("published predictor"))
    for settings, sentence in (
        (replace(CPU, device="cuda"), "set device to cpu instead of cuda"),
        (predicted, "the quality is from the published predictor"),
    ):
        for name in ("acc_int8", "lat_int8", "size_int8"):
            assert sentence in registry.refusal(name, supernet, settings)
            assert name not in registry.sources(supernet, settings)
    monkeypatch.setattr(packages, "is_installed", lambda name: name != "onnxruntime")
    sentence = "Int8 needs onnxruntime, which is not installed. Install it: pip install"
    assert registry.refusal("acc_int8", supernet, CPU).startswith(sentence)


def test_int8_is_no_precision_of_a_search_and_its_metrics_are_named():
    with pytest.raises(ConfigError, match=r"precision: networks are .* name acc_int8, lat_int8"):
        NASConfig(dynas={"precision": "int8"})
    config = NASConfig(
        dynas={"metrics": ["acc_int8", "lat_int8"], "constraints": ["size_int8 <= 1"], "workers": 1}
    )
    assert NASConfig.from_dict(config.to_dict()).all_metrics == config.all_metrics
