"""The option `runtime` of the latency meter: every runtime is timed by the rules of torch."""

from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
import torch
from torch import nn

from engine import machine_lock
from engine.config import NASConfig
from engine.errors import ConfigError, DataError, EvaluationError
from engine.evaluation.measurement import measure
from engine.evaluation_settings import EvaluationSettings
from engine.meters import pipeline, registry
from engine.meters.conditions import conditions, describe_conditions
from engine.meters.latency import LatencyMeter, LatencyOptions
from engine.meters.measured_network import MeasuredNetwork
from engine.runtimes import packages
from engine.runtimes.registry import RUNTIMES
from engine.supernets.registry import DEFAULT, load

SETTINGS = EvaluationSettings(threads=1)
GENOTYPE = np.array([1, 0, 2])
TIMED = {"metrics": ["acc", "lat"], "workers": 1}
pytestmark = pytest.mark.usefixtures("brief_timing")
each_runtime = pytest.mark.parametrize("name", RUNTIMES)


def keys(**changes):
    return registry.determinants("lat", "net", "f", GENOTYPE, replace(SETTINGS, **changes))


def smallest():
    supernet = load(DEFAULT)
    return supernet, supernet.space.to_config(supernet.space.smallest)


def test_the_option_offers_torch_and_every_runtime():
    assert get_args(LatencyOptions.model_fields["runtime"].annotation) == ("torch", *RUNTIMES)


@each_runtime
def test_one_is_timed_under_conditions_that_name_it(name, tmp_path, monkeypatch):
    monkeypatch.setenv("DYNAS_DATA_DIR", str(tmp_path))
    _, config = smallest()
    timed = measure(DEFAULT, config, ["lat", "lat_spread"], replace(SETTINGS, latency_runtime=name))
    assert timed.values["lat"] > 0 <= timed.values["lat_spread"]
    runtime = RUNTIMES[name]
    stated = {key: timed.conditions[key] for key in ("runtime", "runtime_version", "threads")}
    assert stated == {"runtime": name, "runtime_version": runtime.version, "threads": 1}
    assert f", batch 1, {runtime.label} {runtime.version}" in describe_conditions(timed.conditions)


@each_runtime
def test_export_and_loading_are_over_when_the_machine_is_had_alone(name, monkeypatch):
    order = []

    class Locked:
        def __enter__(self):
            order.append("locked")

        def __exit__(self, *details):
            order.append("freed")

    original = type(RUNTIMES[name]).load

    def load_and_note(self, *arguments):
        order.append("loaded")
        return original(self, *arguments)

    monkeypatch.setattr(type(RUNTIMES[name]), "load", load_and_note)
    monkeypatch.setattr(machine_lock, "exclusive", Locked)
    supernet, config = smallest()
    pipeline.measure(supernet, config, ["lat"], replace(SETTINGS, latency_runtime=name))
    assert order == ["loaded", "locked", "freed"]


@each_runtime
def test_the_pass_has_the_batch_the_threads_and_the_precision_of_the_settings(name, monkeypatch):
    calls = []

    def load_and_note(self, model, threads, precision):
        calls.append((threads, precision))
        return lambda arrays: calls.append({n: a.shape for n, a in arrays.items()})

    monkeypatch.setattr(type(RUNTIMES[name]), "load", load_and_note)
    supernet, config = smallest()
    settings = replace(SETTINGS, latency_runtime=name, latency_batch=3)
    subject = MeasuredNetwork(supernet, config, settings)
    LatencyMeter().measure(subject, ["lat"])
    assert calls[0] == (1, "fp32")
    assert calls[1] == {supernet.task.input_name: (3, *subject.inputs(1).shape[1:])}


def test_a_latency_of_torch_has_the_key_that_it_always_had():
    assert keys(latency_runtime="torch") == keys()
    assert not [key for key in keys() if "runtime" in key]


def test_whatever_a_latency_of_a_runtime_depends_on_changes_its_key(monkeypatch):
    changes = [
        {}, *({"latency_runtime": name} for name in RUNTIMES),
        *({"latency_runtime": "openvino", **change} for change in (
            {"precision": "bf16"}, {"latency_batch": 2}, {"threads": 2}
        )),
    ]  # fmt: skip
    found = [keys(**change) for change in changes]
    for runtime in RUNTIMES.values():
        monkeypatch.setitem(vars(runtime), "version", "0.0.1")
    found += [keys(latency_runtime=name) for name in RUNTIMES]
    assert all(found.count(key) == 1 for key in found)


def test_memory_does_not_depend_on_the_runtime():
    memory = [
        registry.determinants("peak_memory", "net", "f", GENOTYPE, replace(SETTINGS, **change))
        for change in ({}, {"latency_runtime": "openvino"})
    ]
    assert memory[0] == memory[1]


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"device": "cuda"}, "ONNX Runtime is timed on the processor: set device to cpu instead "
         "of cuda, or runtime to torch"),
        ({"precision": "bf16"}, "ONNX Runtime does not compute these networks in bf16 on a "
         "processor: set precision to fp32, or runtime to torch or openvino"),
    ],
)  # fmt: skip
def test_what_does_not_go_together_is_refused_when_a_configuration_is_read(settings, reason):
    with pytest.raises(ConfigError) as raised:
        NASConfig.from_dict({"dynas": {**TIMED, "latency_runtime": "onnxruntime", **settings}})
    assert reason in str(raised.value)
    openvino = {**TIMED, "latency_runtime": "openvino", "precision": "bf16"}
    NASConfig.from_dict({"dynas": openvino}).check()


def test_a_package_that_is_missing_is_named_before_anything_is_measured(monkeypatch):
    for missing in ("onnxruntime", "onnxscript"):
        monkeypatch.setattr(packages, "is_installed", lambda name, missing=missing: name != missing)
        with pytest.raises(DataError, match=rf"needs {missing}.*pip install 'dynas-studio\[onnx\]"):
            registry.check(["lat"], replace(SETTINGS, latency_runtime="onnxruntime"))
        registry.check(["lat"], SETTINGS)


@pytest.mark.slow
def test_an_operation_that_onnx_lacks_is_named():
    class Untraceable(nn.Module):
        def forward(self, x):
            return torch.linalg.svd(x)[1]

    supernet, config = smallest()
    subject = MeasuredNetwork(supernet, config, replace(SETTINGS, latency_runtime="onnxruntime"))
    subject.module = Untraceable()
    with pytest.raises(EvaluationError, match="svd"):
        LatencyMeter().prepare(subject, ["lat"])


def test_the_form_says_what_times():
    supernet, _ = smallest()
    described = {
        name: LatencyMeter().describe(supernet, replace(SETTINGS, latency_runtime=name))
        for name in ("torch", *RUNTIMES)
    }
    assert described["torch"].endswith("by one worker alone.")
    for name, runtime in RUNTIMES.items():
        assert described[name].endswith(f"by one worker alone, in {runtime.label}.")
    settings = replace(SETTINGS, latency_runtime="onnxruntime")
    assert "runtime" in conditions(settings, registry.measurement_facts(["lat"], settings))
