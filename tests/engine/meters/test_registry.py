"""Meters of packages: which are refused, and what every number depends on."""

from dataclasses import replace

import numpy as np
import pytest

from engine.config import NASConfig
from engine.errors import ConfigError, DataError
from engine.evaluation_settings import EvaluationSettings
from engine.meters import pipeline, registry, timing
from engine.meters.conditions import machine_facts
from engine.metrics import find_metric, metric, order_metrics
from engine.supernets.registry import DEFAULT, load

SETTINGS = EvaluationSettings()
GENOTYPE = np.array([1, 0, 2])
HERE = "tests.engine.offered_meters:"


def keys(name, settings=SETTINGS, fingerprint="f"):
    return registry.determinants(name, "net", fingerprint, GENOTYPE, settings)


@pytest.mark.parametrize(
    ("made", "why"),
    [
        ("NoMeter", "it is not derived from engine.meters.base.Meter"),
        ("NamedOtherwise", "it calls itself 'somebody'"),
        ("WithoutLabel", "it lacks label"),
        ("WithoutMetrics", "it has no metrics"),
        ("WrongOptions", "its Options are not derived from engine.options.Options"),
        ("WrongFactor", "it depends on weather, which is none of the factors"),
        ("MeasuringLatency", "it measures lat, as another meter or a task does"),
        ("MeasuringAccuracy", "it measures acc, as another meter or a task does"),
        ("WrongMetric", "the metric weight_norm: its direction is 'up'"),
        ("NoMetric", "the metric ?: it is of type str"),
        ("Abstract", "it does not load (TypeError: Can't instantiate abstract class Abstract"),
        ("Leaving", "it does not load (SystemExit: 3)"),
        ("Missing", "it does not load (AttributeError: "),
    ],
)
def test_one_that_cannot_be_used_is_named_with_the_reason(install, made, why):
    install(meters={"norm": f"{HERE}{made}"})
    (problem,) = registry.problems()
    assert problem.startswith(f"The meter 'norm' of an installed package ({HERE}{made}) cannot be")
    assert f"used: {why}" in problem
    assert problem.endswith("Repair or uninstall that package.")
    assert registry.all_meters() == registry.BUILT_IN
    assert find_metric("weight_norm") is None


def test_the_name_of_a_built_in_one_is_taken(install):
    install(meters={"latency": f"{HERE}Latency"})
    assert "cannot be used: its name is taken" in registry.problems()[0]


def test_of_two_with_one_metric_the_first_counts(install):
    install(meters={"norm": f"{HERE}Norm", "second": f"{HERE}SameMetric"})
    assert [meter.name for meter in registry.all_meters()[len(registry.BUILT_IN) :]] == ["norm"]
    assert "it measures weight_norm, as another meter or a task does" in registry.problems()[0]


def test_the_quality_of_a_task_is_taken(install):
    offered = "tests.engine.offered:"
    install(
        {"tiny": f"{offered}Tiny"}, {"energy": f"{offered}ENERGY"},
        {"surprising": f"{HERE}Surprising"},
    )  # fmt: skip
    assert "it measures surprise, as another meter or a task does" in registry.problems()[0]
    assert registry.meter_of("surprise") is registry.QUALITY


def test_a_metric_of_a_meter_that_cannot_be_used_is_refused_with_the_reason(install):
    install(meters={"latency": f"{HERE}Latency", "norms": f"{HERE}Norm"})
    with pytest.raises(ConfigError, match="it calls itself 'norm'"):
        metric("norms")


def test_one_of_a_package_brings_its_metrics_its_options_and_its_sources(install):
    install(meters={"warmth": f"{HERE}Warmth"})
    assert metric("warmth").label == "Warmth"
    assert registry.meter_of("warmth").name == "warmth"
    assert registry.sources(load(DEFAULT), SETTINGS)["warmth"] == "measured"
    config = NASConfig(dynas={"metrics": ["acc", "warmth"], "workers": 1,
                              "meter_options": {"warmth": {"seconds": 3}}})  # fmt: skip
    assert NASConfig.from_yaml(config.to_yaml()) == config
    with pytest.raises(ConfigError, match=r"meter_options.warmth.seconds: must be at most 9, not"):
        NASConfig(dynas={"meter_options": {"warmth": {"seconds": 10}}})


def test_its_paths_become_absolute(install, tmp_path, monkeypatch):
    install(meters={"warmth": f"{HERE}Warmth"})
    monkeypatch.chdir(tmp_path)
    config = NASConfig(dynas={"meter_options": {"warmth": {"log": "a.txt"}}})
    log_path = config.with_absolute_paths().dynas.meter_options["warmth"]["log"]
    assert log_path == str(tmp_path / "a.txt")


def test_one_that_refuses_gives_no_numbers(install):
    install(meters={"norm": f"{HERE}Refusing"})
    assert "weight_norm" not in registry.sources(load(DEFAULT), SETTINGS)


def test_what_depends_on_the_machine_has_one_worker(install):
    install(meters={"warmth": f"{HERE}Warmth", "norm": f"{HERE}Norm"})
    assert registry.machine_metrics(["acc", "warmth", "weight_norm", "lat", "macs"], SETTINGS) == [
        "warmth", "lat",
    ]  # fmt: skip
    with pytest.raises(ConfigError, match="warmth is measured alone on the machine: set workers"):
        NASConfig(dynas={"metrics": ["acc", "warmth"], "workers": 2}).check()
    with pytest.raises(ConfigError, match="leave out 'warmth'"):
        NASConfig(dynas={"record": ["warmth"], "workers": 2}).check()
    with pytest.raises(ConfigError, match="leave out 'warmth'"):
        NASConfig(dynas={"constraints": ["warmth <= 3"], "workers": 2}).check()
    assert NASConfig(dynas={"metrics": ["acc", "weight_norm"], "workers": 2}).dynas.workers == 2
    table = {"latency": {"table": "/t.yaml"}}
    assert NASConfig(dynas={"metrics": ["acc", "lat"], "workers": 2, "meter_options": table})


def test_a_meter_that_is_not_there_is_named_with_those_that_are():
    settings = EvaluationSettings(meters={"warmth": {"seconds": 3}})
    with pytest.raises(DataError, match=r"no meter 'warmth'.* quality, costs, latency"):
        registry.check(["acc"], settings)


def test_options_of_every_meter_are_checked():
    with pytest.raises(ConfigError, match=r"meter_options.latency.batch: must be at least 1"):
        registry.check([], EvaluationSettings(latency_batch=0))


def test_an_accuracy_is_known_by_the_fingerprint_as_in_caches_of_before():
    assert keys("acc") == {
        "supernet": "net", "fingerprint": "f", "genotype": [1, 0, 2], "metric": "acc",
    }  # fmt: skip
    assert keys("acc", replace(SETTINGS, latency_batch=8, threads=1)) == keys("acc")
    assert keys("acc", fingerprint="g") != keys("acc")


def test_a_latency_depends_on_the_machine_and_the_pass_and_on_no_weights_or_data():
    machine = machine_facts(SETTINGS)
    assert keys("lat", replace(SETTINGS, threads=2)) == {
        "supernet": "net", "genotype": [1, 0, 2], "metric": "lat",
        "meter": ["latency", timing.PROTOCOL], "precision": "fp32", "device": "cpu",
        "machine": machine, "batch": 1, "threads": 2,
    }  # fmt: skip
    assert keys("lat", fingerprint="g") == keys("lat")
    assert keys("lat", replace(SETTINGS, dataset_path="/x", batch_size=3)) == keys("lat")
    changes = [{"precision": "bf16"}, {"device": "cuda"}, {"latency_batch": 2}, {"threads": 99}]
    other_keys = [keys("lat", replace(SETTINGS, **change)) for change in changes]
    assert all(other != keys("lat") for other in other_keys)


def test_a_latency_of_a_table_depends_on_its_content_alone(tmp_path):
    table = tmp_path / "t.yaml"
    table.write_text("base: 1")
    settings = replace(SETTINGS, latency_table=str(table))
    before = keys("lat", settings)
    assert keys("lat", replace(settings, device="cuda", precision="bf16")) == before
    table.write_text("base: 2")
    assert keys("lat", settings) != before


def test_memory_depends_on_precision_and_batch_alone():
    assert keys("peak_memory", replace(SETTINGS, device="cuda", threads=1)) == keys("peak_memory")
    assert keys("peak_memory", fingerprint="g") == keys("peak_memory")
    for change in ({"precision": "bf16"}, {"latency_batch": 2}):
        assert keys("peak_memory", replace(SETTINGS, **change)) != keys("peak_memory")


def test_memory_is_counted_with_inputs_of_its_own_or_those_of_latency():
    as_latency = replace(SETTINGS, latency_batch=8)
    assert keys("peak_memory", as_latency) == {
        "supernet": "net", "genotype": [1, 0, 2], "metric": "peak_memory",
        "meter": ["memory", 1], "precision": "fp32", "batch": 8,
    }  # fmt: skip
    own_settings = EvaluationSettings(meters={"memory": {"inputs": 8}, "latency": {"batch": 2}})
    assert keys("peak_memory", own_settings) == keys("peak_memory", as_latency)
    assert keys("lat", own_settings)["batch"] == 2
    supernet = load(DEFAULT)
    config = supernet.space.to_config(supernet.space.smallest)
    assert pipeline.measure(supernet, config, ["peak_memory"], own_settings) == pipeline.measure(
        supernet, config, ["peak_memory"], as_latency
    )


def test_what_a_meter_cannot_agree_with_is_said_when_a_configuration_is_read(install):
    install(meters={"warmth": f"{HERE}Warmth"})
    text = "nas:\n  dynas:\n    device: {}\n    meter_options: {{warmth: {{seconds: 9}}}}\n"
    assert NASConfig.from_yaml(text.format("cpu")).dynas.device == "cpu"
    with pytest.raises(ConfigError) as raised:
        NASConfig.from_yaml(text.format("cuda"))
    assert str(raised.value) == (
        "Line 4, column 30, dynas.meter_options.warmth.seconds: are too many beside cuda."
    )


def test_a_number_of_a_package_depends_on_what_its_meter_says_and_on_its_options(install):
    install(meters={"warmth": f"{HERE}Warmth", "norm": f"{HERE}NormOnAMachine"})
    assert keys("warmth", fingerprint="g") == keys("warmth")
    assert keys("weight_norm", fingerprint="g") != keys("weight_norm")
    assert keys("weight_norm")["machine"] == machine_facts(SETTINGS)
    assert keys("weight_norm")["meter"] == ["norm", 1]
    slower = EvaluationSettings(meters={"warmth": {"seconds": 3}})
    assert keys("warmth", slower) != keys("warmth")
    assert keys("weight_norm", slower) == keys("weight_norm")


def test_another_protocol_is_another_number(install, monkeypatch):
    install(meters={"norm": f"{HERE}Norm"})
    before = keys("weight_norm")
    monkeypatch.setattr(type(registry.meter_of("weight_norm")), "protocol", 2)
    assert keys("weight_norm") != before


def test_the_qualities_of_the_task_come_first_in_its_order_then_what_meters_measure(install):
    install(
        meters={"alarm": f"{HERE}Alarm", "warmth": f"{HERE}Warmth"},
        metrics={"energy": "tests.engine.offered:ENERGY"},
        supernets={"two_qualities": "tests.engine.offered:TwoQualities"},
    )
    metric_names = list(registry.sources(load("two_qualities"), SETTINGS))
    assert metric_names[:2] == ["surprise", "acc"], "although acc is a metric of the engine's own"
    assert metric_names.index("alarm") > 1
    assert metric_names.index("alarm") < metric_names.index("macs")
    assert order_metrics(["warmth", "macs", "surprise", "alarm"]) == [
        "surprise", "alarm", "warmth", "macs",
    ]  # fmt: skip
