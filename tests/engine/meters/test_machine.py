"""Kinds of machines: when numbers of two machines can be compared, and the words if not."""

import json
import os
from dataclasses import replace

import pytest
import torch

from engine import devices
from engine.errors import DataError
from engine.evaluation_settings import EvaluationSettings
from engine.meters import registry
from engine.meters.conditions import processor_name
from engine.meters.machine import MachineKind, kind_of_this_machine, metrics_of_machine
from engine.runtimes.registry import RUNTIMES

SETTINGS = EvaluationSettings()


def kind(**conditions):
    """A kind with some conditions in place of those of a processor."""
    usual = {"device": "cpu", "name": "EPYC", "threads": 8, "batch": 1, "cores": 8}
    conditions = {**usual, **conditions}
    return MachineKind({"lat": {"machine": conditions}}, conditions)


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        ({"name": "Xeon"}, "It has another processor (Xeon) than EPYC: not used for lat."),
        ({"cores": 4}, "It has 4 cores in place of 8: not used for lat."),
        ({"threads": 1}, "It has 1 thread in place of 8: not used for lat."),
        (
            {"runtime": "onnxruntime", "runtime_version": "1.2"},
            "It has ONNX Runtime 1.2 in place of 1.3: not used for lat.",
        ),
        (
            {"int8_runtime": "onnxruntime 1.2"},
            "It has ONNX Runtime 1.2 in place of ONNX Runtime 1.3: not used for lat.",
        ),
        (
            {"sensor": "a"},
            "It has other settings or versions of what measures: not used for lat.",
        ),
        ({}, ""),
    ],
)
def test_what_differs_is_said(other, sentence):
    mine = {
        "runtime_version": {"runtime": "onnxruntime", "runtime_version": "1.3"},
        "int8_runtime": {"int8_runtime": "onnxruntime 1.3"},
    }
    conditions = next((mine[name] for name in other if name in mine), {})
    assert kind(**conditions).difference(kind(**other)) == sentence


def test_another_gpu_is_said():
    mine, other = kind(device="cuda", name="NVIDIA H100"), kind(device="cuda", name="NVIDIA A10")
    assert "another GPU (NVIDIA A10) than NVIDIA H100" in mine.difference(other)


def test_a_kind_names_no_host_and_can_be_logged(install):
    install(meters={"warmth": "tests.engine.offered_meters:Warmth"})
    here = kind_of_this_machine(["acc", "macs", "lat", "warmth"], SETTINGS)
    assert set(here.determinants) == {"lat", "warmth"}
    assert "host" not in here.conditions
    assert os.uname().nodename not in here.key
    assert here.description.startswith(f"{processor_name()} (cpu)")
    assert MachineKind.from_log(json.loads(json.dumps(here.to_log()))) == here
    assert here.determinants["lat"] == registry.how_measured("lat", SETTINGS)
    assert not here.difference(here)


def test_int8_and_its_quality_depend_on_the_runtime_of_the_machine():
    names = ["acc", "acc_int8", "size_int8", "lat_int8", "peak_memory", "macs"]
    assert metrics_of_machine(names, SETTINGS) == ["acc_int8", "size_int8", "lat_int8"]
    there = kind_of_this_machine(["acc_int8"], SETTINGS)
    runtime = f"onnxruntime {RUNTIMES['onnxruntime'].version}"
    assert there.conditions == {"int8_runtime": runtime}


def test_a_latency_of_a_table_is_the_same_everywhere():
    assert metrics_of_machine(["lat"], replace(SETTINGS, latency_table="note10.yaml")) == []


def test_what_the_machine_lacks_is_a_sentence(monkeypatch):
    with pytest.raises(DataError, match="no device 'cuda:9' on this machine"):
        kind_of_this_machine(["acc"], replace(SETTINGS, device="cuda:9"))
    monkeypatch.setattr(devices, "core_count", lambda: 2)
    with pytest.raises(DataError, match="There are no 3 cores on this machine"):
        kind_of_this_machine(["lat"], replace(SETTINGS, threads=3))


def test_a_job_with_fewer_cores_is_another_kind(monkeypatch):
    whole = kind_of_this_machine(["lat"], replace(SETTINGS, threads=1))
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {0}, raising=False)
    part = kind_of_this_machine(["lat"], replace(SETTINGS, threads=1))
    if whole.conditions["cores"] > 1:
        assert "1 core in place of" in whole.difference(part)


def test_the_gpu_is_part_of_the_key(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    keys = []
    for name in ("NVIDIA H100", "NVIDIA A10"):
        monkeypatch.setattr(torch.cuda, "get_device_name", lambda device, name=name: name)
        keys.append(registry.how_measured("lat", replace(SETTINGS, device="cuda")))
    assert keys[0] != keys[1]
