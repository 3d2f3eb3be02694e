import os
from dataclasses import replace

import pytest
import torch

from engine.evaluation.measurement import measure
from engine.meters import conditions as meter_conditions
from engine.meters import registry as meters
from engine.meters.conditions import (
    describe_conditions,
    disturbance_warning,
    machine_conditions,
    processor_name,
)
from engine.notes import Notes, add_notes, collect_notes
from engine.supernets import registry
from engine.supernets.base import EvaluationSettings

SETTINGS = EvaluationSettings()
pytestmark = pytest.mark.usefixtures("brief_timing")


def conditions(settings):
    return meter_conditions.conditions(settings, meters.measurement_facts(["lat"], settings))


def test_a_processor_is_named_with_its_threads():
    result = conditions(replace(SETTINGS, latency_batch=8))
    threads = os.cpu_count()
    assert (result["device"], result["name"], result["threads"]) == (
        "cpu",
        processor_name(),
        threads,
    )
    assert (result["precision"], result["batch"]) == ("fp32", 8)
    assert describe_conditions(result).startswith(f"{processor_name()} (cpu), {threads} thread")
    assert describe_conditions(result).endswith(", fp32, batch 8")


def test_a_gpu_is_named_as_torch_names_it(monkeypatch):
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device: f"GPU {device}")
    result = conditions(replace(SETTINGS, device="cuda:1", precision="bf16"))
    assert describe_conditions(result) == "GPU cuda:1 (cuda:1), bf16, batch 1"


def test_nothing_known_is_nothing_said():
    assert describe_conditions({}) == ""


def test_a_latency_of_a_table_is_not_measured_alone():
    assert meters.machine_metrics(["acc", "lat", "lat_spread"], SETTINGS) == ["lat", "lat_spread"]
    assert meters.machine_metrics(["lat"], replace(SETTINGS, latency_table="note10.yaml")) == []


def test_only_a_measurement_with_a_latency_has_conditions(tmp_path, monkeypatch):
    monkeypatch.setenv("DYNAS_DATA_DIR", str(tmp_path))
    supernet = registry.load(registry.DEFAULT)
    config = supernet.space.to_config(supernet.space.smallest)
    timed = measure(registry.DEFAULT, config, ["lat"], SETTINGS)
    assert machine_conditions(timed.conditions) == conditions(SETTINGS)
    memory = measure(registry.DEFAULT, config, ["peak_memory"], SETTINGS)
    assert memory.conditions == {}


def test_threads_are_those_that_are_set():
    assert conditions(replace(SETTINGS, threads=1))["threads"] == 1
    assert "threads" not in conditions(replace(SETTINGS, device="mps"))


def test_a_quiet_machine_is_not_worth_a_word():
    with collect_notes() as notes:
        add_notes(disturbed=0.0, slowed=0.0)
    assert notes == Notes()
    assert disturbance_warning(conditions(SETTINGS)) == ""


@pytest.mark.parametrize(
    ("facts", "word", "sentence"),
    [
        ({"disturbed": 0.4}, "beside other programs", "40% of the passes were disturbed"),
        ({"disturbed": 1.0, "slowed": 0.75}, "slowed by other programs", "waited 75% of the time"),
    ],
)
def test_other_programs_are_told_of(facts, word, sentence):
    with collect_notes() as notes:
        add_notes(**facts)
    result = {**conditions(SETTINGS), **notes.latency}
    assert describe_conditions(result).endswith(f"batch 1, {word}")
    assert sentence in disturbance_warning(result)
    assert machine_conditions(result) == conditions(SETTINGS)


def test_a_note_outside_of_a_measurement_is_dropped():
    add_notes(disturbed=0.5)
    with collect_notes() as notes:
        pass
    assert notes == Notes()
