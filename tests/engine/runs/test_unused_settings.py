"""Settings that are given and do nothing are told of, each with the reason."""

import re

import pytest

from engine import config_sections
from engine.config import NASConfig
from engine.runs import unused_settings as module
from engine.runs.unused_settings import unused_settings
from engine.supernets import registry

W10 = "ofa_mbv3_d234_e346_k357_w1.0"
PREDICTED = {"supernet": W10, "accuracy_source": "published predictor"}
LATENCY = {"metrics": ["acc", "lat"], "workers": 1}
OTHER = {
    "predictor_path": "p.pth", "calibrate": False, "calibration_path": "mine.csv",
    "weights_path": "w.pth", "dataset_path": "images", "test_fraction": 0.5, "batch_size": 50,
    "latency_table": "table.yaml", "threads": 2, "latency_batch": 8, "device": "cuda",
    "precision": "bf16", "results_csv_format": "full",
}  # fmt: skip
"""Another value than the default for settings of the section `dynas`."""
NOW = {
    "latency_table": "latency.table", "threads": "latency.threads", "latency_batch": "latency.batch"
}  # fmt: skip
"""What options of a meter are called."""


def told(approach="dynas", search=None, **dynas):
    config = NASConfig(approach=approach, search=search or {}, dynas=dynas)
    return unused_settings(config, registry.load(config.dynas.supernet))


@pytest.mark.parametrize(
    ("setting", "dynas", "why"),
    [
        ("predictor_path", {"supernet": W10}, "it needs accuracy_source to be 'published pred"),
        ("calibrate", {}, "has no such option"),
        ("calibration_path", {"supernet": W10}, "it needs accuracy_source to be 'published pre"),
        ("calibration_path", {**PREDICTED, "calibrate": False}, "it needs calibrate to be true"),
        ("weights_path", PREDICTED, "it needs accuracy_source to be 'measured'"),
        ("weights_path", {}, "has no such option"),
        ("dataset_path", PREDICTED, "nothing is measured on images"),
        ("test_fraction", PREDICTED, "nothing is measured on images"),
        ("test_fraction", {}, "has no such option"),
        ("batch_size", {"metrics": ["macs", "params"]}, "nothing is measured on images"),
        (
            "latency_table",
            {},
            "none of lat, lat_spread, peak_memory, lat_int8 is among the metrics",
        ),
        ("threads", {}, "none of lat, lat_spread, peak_memory, lat_int8 is among the metrics"),
        ("threads", {**LATENCY, "latency_table": "t.yaml"}, "it needs table to be left out"),
        (
            "latency_batch",
            {},
            "none of lat, lat_spread, peak_memory, lat_int8 is among the metrics",
        ),
        ("device", PREDICTED, "no metric is measured by running a network"),
        ("precision", PREDICTED, "no metric is measured by running a network"),
        ("results_csv_format", {}, "results_csv_path is not given, so no results file is written"),
    ],
)
def test_a_setting_that_nothing_uses_is_named_with_the_reason(setting, dynas, why):
    (sentence,) = told(**dynas, **{setting: OTHER[setting]})
    assert sentence.startswith(f"{NOW.get(setting, setting)} has no effect: ")
    assert why in sentence
    assert sentence.endswith(".")


@pytest.mark.parametrize(
    ("settings", "dynas"),
    [
        (("predictor_path", "calibrate"), PREDICTED),
        (("calibration_path",), PREDICTED),
        (("weights_path", "dataset_path", "test_fraction", "batch_size"), {"supernet": W10}),
        (("dataset_path", "batch_size", "device", "precision"), {}),
        (("latency_table",), LATENCY),
        (("threads", "latency_batch"), LATENCY),
        (("threads",), {"constraints": ["lat <= 9"], "workers": 1}),
        (("latency_batch", "device"), {**PREDICTED, "record": ["peak_memory"]}),
    ],
)
def test_a_setting_that_is_used_is_not_told_of(settings, dynas):
    if "device" in settings:
        dynas = {**dynas, "threads": None}
    assert told(**dynas, **{name: OTHER[name] for name in settings}) == []


def test_settings_of_the_search_are_told_of_where_the_approach_has_no_use_for_them():
    search = {"predictor": "ridge", "search_algorithm": "sms"}
    predictor, algorithm = told("random", search)
    assert predictor == "predictor has no effect: this approach predicts nothing."
    assert algorithm.startswith("search_algorithm has no effect: ")
    assert [s.split()[0] for s in told("evolutionary", search)] == ["predictor"]
    assert told("one_shot", search) == told("dynas", search) == []
    assert told("grid", {"search_algorithm": "nsga2"}, supernet=W10) == []  # the default


def test_a_computed_search_is_told_of_all_that_only_measurements_use():
    measuring = {
        "workers": 3, "population": 20, "max_failures": 4, "evaluation_timeout": 9.0,
        "batch_size": 32, "device": "cuda", "confirm": 2,
    }  # fmt: skip
    search = {"deterministic": True, "predictor": "ridge"}
    computed = {"metrics": ["macs", "params"], "warm_start": "earlier"}
    sentences = told("computed", search, **computed, **measuring)
    named = {name for s in sentences for name in re.findall(r"\w+", s.split(" ha")[0])} - {"and"}
    assert named == {*measuring, *search}
    assert "workers and deterministic have no effect: this approach has no workers." in sentences
    assert told("computed", **computed) == []


def test_settings_with_one_reason_share_a_sentence():
    (sentence,) = told(supernet=W10, predictor_path="p.pth", calibrate=False)
    assert sentence.startswith("predictor_path and calibrate have no effect: ")


def test_defaults_are_told_of_in_no_approach():
    for approach in ("dynas", "evolutionary", "one_shot", "random", "computed"):
        assert told(approach) == []


def test_every_row_of_the_table_names_a_setting_that_there_is():
    sections = {"dynas": config_sections.DynasSection, "search": config_sections.SearchSection}
    for need in module._NEEDS:
        for name in need.settings:
            section, setting = name.split(".")
            assert setting in sections[section].model_fields


def test_the_backend_of_quality_is_told_of_where_quality_is_not_measured():
    backend = {"meter_options": {"quality": {"backend": "torch"}}}
    (sentence,) = told(**PREDICTED, **backend)
    assert sentence == "quality.backend has no effect: nothing is measured on images."
    assert told(**backend) == []
