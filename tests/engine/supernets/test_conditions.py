from dataclasses import replace

import torch

from engine.evaluation.measuring import measure
from engine.supernets import registry
from engine.supernets.base import EvaluationSettings
from engine.supernets.conditions import conditions, in_words, processor, timed_here

SETTINGS = EvaluationSettings()


def test_a_processor_is_named_with_its_threads():
    found = conditions(replace(SETTINGS, latency_batch=8))
    threads = torch.get_num_threads()
    assert (found["device"], found["name"], found["threads"]) == ("cpu", processor(), threads)
    assert (found["precision"], found["batch"]) == ("fp32", 8)
    assert in_words(found).startswith(f"{processor()} (cpu), {threads} thread")
    assert in_words(found).endswith(", fp32, batch 8")


def test_a_gpu_is_named_as_torch_names_it(monkeypatch):
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device: f"GPU {device}")
    found = conditions(replace(SETTINGS, device="cuda:1", precision="bf16"))
    assert in_words(found) == "GPU cuda:1 (cuda:1), bf16, batch 1"


def test_nothing_known_is_nothing_said():
    assert in_words({}) == ""


def test_a_latency_of_a_table_is_not_timed_here():
    assert timed_here(["acc", "lat", "lat_spread"], SETTINGS) == ["lat", "lat_spread"]
    assert timed_here(["lat"], replace(SETTINGS, latency_table="note10.yaml")) == []


def test_only_a_measurement_with_a_latency_has_conditions(tmp_path, monkeypatch):
    monkeypatch.setenv("DYNAS_DATA_DIR", str(tmp_path))
    supernet = registry.load(registry.DEFAULT)
    config = supernet.space.to_config(supernet.space.smallest)
    timed = measure(registry.DEFAULT, config, ["lat"], SETTINGS)
    assert timed.conditions == conditions(SETTINGS)
    counted = measure(registry.DEFAULT, config, ["peak_memory"], SETTINGS)
    assert counted.conditions == {}
